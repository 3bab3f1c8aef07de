"""Forms sent twice at the same moment are one; what two do to one request ends in one way."""

from datetime import timedelta

from sqlalchemy import func, select

from accounts.actors import Actor
from core import clock as present
from core.clock import UTC
from core.db import db
from core.messages.models import Message
from orders.models.orders import Order
from promotion.campaign_terms import CampaignFacts, CollectionFacts, CollectionRule
from promotion.channel_rules import ChannelKey
from promotion.models.campaigns import Campaign, FeaturedCollection, RunSheet, RunSheetItem
from promotion.models.channels import FeedKey, PlatformCategory
from promotion.models.points import SaleImport
from promotion.models.trade import NoteKind, Quotation, Rfq, RfqLine, RfqNote, TradeAccount, TradeCheck
from promotion.operations.campaigns import make_campaign
from promotion.operations.channels import renew_feed_key, set_category
from promotion.operations.collections import make_collection
from promotion.operations.elsewhere import look_at_sales
from promotion.operations.run_sheets import plan_session, put_item
from promotion.operations.trade_accounts import AccountFacts, save_account
from promotion.operations.trade_quotations import accept_quotation
from promotion.operations.trade_requests import AskedLine, RfqFacts, ask_for_quotation, note_lost, reopen
from promotion.run_sheets import ItemFacts, RunSheetFacts
from tests.factories import make_product
from tests.people import actor, make_member, make_officer, make_user
from tests.promotion.test_trade_accounts import FIRM
from tests.promotion.trade_shop import TradeShop, make_trade_shop, quote
from tests.support.overlap import overlapping


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_request_sent_twice_at_once_is_one_and_told_once(app, db_session):
    shop = make_trade_shop()
    account_id, by = shop.account.id, shop.buyer_actor
    facts = RfqFacts(
        key="11111111-1111-4111-8111-111111111111",
        kind="goods",
        lines=(AskedLine(250, shop.variant.id),),
        wanted_on=None,
        province_code="01",
        delivery_place="Kho 5",
        note="",
    )

    def ask() -> list[int]:
        account = db.session.get_one(TradeAccount, account_id)
        return [rfq.id for rfq in ask_for_quotation(account, facts, by=by, now=present.now())]

    first, second = overlapping(app, ask, ask)

    assert first == second
    assert [count(model) for model in (Rfq, RfqLine, Message)] == [1, 1, 1]


def both_ends(shop: TradeShop):
    """The acceptance of a quotation, and the note that no sale comes of it."""
    quotation, buyer, seller = quote(shop), shop.buyer_actor, shop.seller_actor
    number, rfq_id = quotation.id, quotation.rfq_id

    def accept() -> str:
        accept_quotation(db.session.get_one(Quotation, number), by=buyer, now=present.now())
        return "accepted"

    def lose() -> str:
        rfq = db.session.get_one(Rfq, rfq_id)
        note_lost(rfq, "không còn hàng", is_buyer=False, by=seller, now=present.now())
        return "lost"

    return accept, lose


def test_no_sale_comes_is_not_noted_of_what_is_being_accepted(app, db_session):
    accept, lose = both_ends(make_trade_shop())

    assert overlapping(app, accept, lose) == ("accepted", "RfqStateError")
    assert [count(model) for model in (Order, RfqNote)] == [1, 0]


def test_what_is_being_noted_as_lost_is_not_accepted(app, db_session):
    accept, lose = both_ends(make_trade_shop())

    assert overlapping(app, lose, accept) == ("lost", "RfqStateError")
    assert [count(model) for model in (Order, RfqNote)] == [0, 1]


def test_a_request_is_taken_up_again_once(app, db_session):
    shop = make_trade_shop()
    _accept, lose = both_ends(shop)
    overlapping(app, lose, lambda: None)
    by, number = shop.seller_actor, db.session.scalars(select(Rfq.id)).one()

    def take_up() -> None:
        reopen(db.session.get_one(Rfq, number), by=by, now=present.now())

    assert overlapping(app, take_up, take_up) == (None, "RfqStateError")
    kinds = db.session.scalars(select(RfqNote.kind).order_by(RfqNote.id)).all()
    assert kinds == [NoteKind.LOST, NoteKind.REOPENED]


def test_a_firm_opened_twice_at_once_is_one_as_said_last(app, db_session):
    by = actor(make_user())

    def save(address: str) -> int:
        return save_account(AccountFacts(**(FIRM | {"address": address})), by=by, now=present.now()).id

    first, second = overlapping(app, lambda: save("12 Lê Lợi"), lambda: save("14 Lê Lợi"))

    assert first == second
    assert (count(TradeAccount), count(TradeCheck)) == (1, 1)
    assert db.session.scalars(select(TradeAccount.address)).one() == "14 Lê Lợi"


def test_a_file_of_sales_sent_twice_at_once_is_one(app, db_session):
    product = make_product()
    producer_id, by = product.producer_id, actor(make_member(product.producer))
    rows = b"don_hang,ma_hang,so_luong,ngay,thanh_tien\nA1,OCOP-1,1,2026-11-01,\n"

    def look() -> int:
        return look_at_sales(producer_id, "own", rows, "don.csv", by=by, now=present.now()).id

    first, second = overlapping(app, look, look)

    assert (first == second, count(SaleImport)) == (True, 1)


def test_of_two_categories_said_at_once_the_last_counts(app, db_session):
    product = make_product()
    number, by = product.id, actor(make_member(product.producer))

    def say(words: str) -> None:
        set_category(number, ChannelKey.GOOGLE, words, by=by, now=present.now())

    overlapping(app, lambda: say("Kẹo"), lambda: say("Bánh kẹo"))

    db.session.rollback()
    assert db.session.scalars(select(PlatformCategory.category)).all() == ["Bánh kẹo"]


def test_of_two_new_keys_of_a_feed_one_holds(app, db_session):
    product = make_product()
    number, by = product.producer_id, actor(make_member(product.producer))

    def renew() -> str:
        return renew_feed_key(number, by=by, now=present.now()).key

    _first, second = overlapping(app, renew, renew)

    db.session.rollback()
    assert db.session.scalars(select(FeedKey.key).where(FeedKey.ended_at.is_(None))).all() == [second]
    assert count(FeedKey) == 2


def test_goods_put_into_a_session_twice_at_once_are_in_it_once(app, db_session):
    product = make_product()
    other = make_product(producer=product.producer)
    by = actor(make_member(product.producer))
    number, _same = overlapping(app, lambda: plan(by, product.producer_id), lambda: None)

    def put(product_id: int) -> int:
        sheet = db.session.get_one(RunSheet, number)
        facts = ItemFacts(product_id=product_id, minutes=5, points="")
        return put_item(sheet, facts, by=by, now=present.now()).position

    wanted, later = product.id, other.id
    assert overlapping(app, lambda: put(wanted), lambda: put(wanted)) == (1, 1)
    assert overlapping(app, lambda: put(later), lambda: put(wanted)) == (2, 1)
    assert count(RunSheetItem) == 2


def plan(by: Actor, producer_id: int | None) -> int:
    planned_at = present.now().astimezone(UTC) + timedelta(days=1)
    facts = RunSheetFacts(title="Chợ phiên", title_en="", planned_at=planned_at, live_url="")
    return plan_session(facts, producer_id, by=by, now=present.now()).id


def collect(by: Actor) -> int:
    facts = CollectionFacts(title="Chọn lọc", criteria="Theo sao.", rule=CollectionRule(stars_least=4))
    return make_collection(facts, by=by, now=present.now()).id


def campaign(by: Actor) -> int:
    days = {"from_on": present.today(), "until_on": present.today() + timedelta(days=9)}
    facts = CampaignFacts(name="Tết 2027", summary="Quà Tết.", criteria="Hàng có sao.", **days)
    return make_campaign(facts, by=by, now=present.now()).id


def test_two_of_one_name_made_at_once_have_an_address_each(app, db_session):
    by = actor(make_officer("nation"))
    kinds = {
        Campaign: (campaign, "tet-2027"),
        FeaturedCollection: (collect, "chon-loc"),
        RunSheet: (lambda who: plan(who, None), "cho-phien"),
    }

    for kind, (make, slug) in kinds.items():
        overlapping(app, lambda make=make: make(by), lambda make=make: make(by))
        db.session.rollback()
        assert db.session.scalars(select(kind.slug).order_by(kind.id)).all() == [slug, f"{slug}-2"]
