"""Live sessions: planned in order, switched while they run, followed by everybody."""

from datetime import date, datetime, timedelta

import pytest
import zxingcpp
from pypdfium2 import PdfDocument
from sqlalchemy import Engine, event, func, select, update

from catalog.models import RenewalDossier, Variant
from catalog.models.listings import ProductLabel
from core import clock as present
from core.clock import UTC
from core.db import db, transaction
from core.i18n import speaking
from promotion.errors.campaigns import InvalidRunSheetError, RunSheetNotFoundError
from promotion.models.campaigns import RunSheetSwitch
from promotion.models.reach import ShortLink
from promotion.operations.run_sheets import (
    end_session,
    move_item,
    plan_session,
    publish_session,
    put_item,
    remove_item,
    switch_to,
)
from promotion.papers.live_cards import facts_of
from promotion.queries.run_sheets import get_own_run_sheet, list_session_goods
from promotion.run_sheets import ItemFacts, RunSheetFacts, is_web_address, moved, shown_first, starts
from tests.factories import make_producer, make_product
from tests.people import actor, browser_of, make_member, make_organiser
from tests.promotion.senders import Sender

TODAY = date(2026, 11, 22)


def do(act, *args, **options):
    with transaction():
        return act(*args, now=present.now(), **options)


@pytest.fixture
def producer(db_session):
    return make_producer()


@pytest.fixture
def owner(producer):
    return make_member(producer)


@pytest.fixture
def goods(producer):
    return [
        make_product(name=f"Hàng {number}", producer=producer, certification={"expires_on": TODAY})
        for number in (1, 2, 3)
    ]


@pytest.fixture
def session(producer, owner, goods):
    by = actor(owner)
    facts = RunSheetFacts(title="Chợ tối", planned_at=present.now() + timedelta(hours=1))
    sheet = do(plan_session, facts, producer.id, by=by)
    for product in goods:
        do(put_item, sheet, ItemFacts(product_id=product.id, minutes=5, points="Nếm thử"), by=by)
    do(publish_session, sheet)
    sheet.by = by
    return sheet


def names_on(client, sheet):
    text = client.get(f"/live/{sheet.slug}").text
    return sorted((each for each in ("Hàng 1", "Hàng 2", "Hàng 3")), key=text.index)


def test_the_order_its_minutes_and_what_stands_first_are_plain_sums():
    at = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    assert starts([5, 10, 1], at) == (at, at + timedelta(minutes=5), at + timedelta(minutes=15))
    assert [moved([1, 2, 3], 3, -1), moved([1, 2, 3], 1, 9), moved([1, 2, 3], 1, -1)] == [
        [1, 3, 2],
        [2, 3, 1],
        [1, 2, 3],
    ]
    assert [shown_first([1, 2, 3], each) for each in (2, None, 9)] == [[2, 1, 3], [1, 2, 3], [1, 2, 3]]
    addresses = ("https://live.example/x", "http://live.example", "javascript:alert(1)", "https://a b.example",
                 "https://user@live.example", "https://live", "https://" + "a" * 300 + ".example")  # fmt: skip
    assert [is_web_address(each) for each in addresses] == [True, *[False] * 6]


def test_a_switch_puts_the_goods_first_for_everybody_and_a_double_press_adds_nothing(client, session, goods):
    assert names_on(client, session) == ["Hàng 1", "Hàng 2", "Hàng 3"]

    assert do(switch_to, session, goods[1].id, by=session.by)
    assert not do(switch_to, session, goods[1].id, by=session.by)

    assert names_on(client, session) == ["Hàng 2", "Hàng 1", "Hàng 3"]
    assert "Hàng 2" in client.get(f"/live/{session.slug}").text.partition('aria-current="true"')[2][:900]
    assert db.session.scalar(select(func.count(RunSheetSwitch.id))) == 1
    unchanged = client.get(f"/live/{session.slug}")
    again = client.get(f"/live/{session.slug}", headers={"If-None-Match": unchanged.headers["ETag"]})
    assert again.status_code == 304


def test_the_page_shows_the_stock_of_now_and_no_star_after_midnight(client, session, goods, clock):
    before = client.get(f"/live/{session.slug}").text
    assert ("30" in before, 'class="plate"' in before) == (True, True)

    with transaction():
        db.session.execute(update(Variant).where(Variant.product_id == goods[0].id).values(on_hand=7))
    assert "Còn 7 gói" in client.get(f"/live/{session.slug}").text
    clock.set(present.now() + timedelta(days=1))

    assert 'class="plate"' not in client.get(f"/live/{session.slug}").text
    assert {each.decision_number for each in list_session_goods(session, present.today())} == {None}


def test_papers_say_that_goods_are_being_re_assessed_once_their_term_is_over(session, goods, clock):
    with transaction():
        dossier = {"reference": "HS-1", "filed_on": TODAY - timedelta(days=60), "recorded_at": present.now()}
        db.session.add(RenewalDossier(certification_id=goods[0].certifications[0].id, **dossier))
    clock.set(present.now() + timedelta(days=1))

    extended, ended, _other = list_session_goods(session, present.today())

    with speaking("en"):
        told = facts_of(extended)
    assert told[1] == "Being re-assessed; keeps its stars until 21 May 2027 at most."
    assert not any("force" in fact for fact in told)
    assert (ended.card.stars, ended.holds_until) == (None, None)


def test_visits_go_over_short_links_of_the_session(client, session, goods):
    links = db.session.scalars(select(ShortLink).order_by(ShortLink.product_id)).all()

    assert [(each.source_kind, each.source_id, each.product_id) for each in links] == [
        ("live", session.id, product.id) for product in goods
    ]
    assert all(f"/s/{each.key}" in client.get(f"/live/{session.slug}").text for each in links)


def test_viewers_write_nothing_but_the_link_of_goods_whose_address_changed(client, session, goods):
    began = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith(("BEGIN IMMEDIATE", "INSERT")):
            began.append(statement.partition("(")[0].strip())

    event.listen(Engine, "before_cursor_execute", note)
    try:
        for on_hand in (7, 6):  # each sale makes another page
            with transaction():
                db.session.execute(update(Variant).values(on_hand=on_hand))
            began.clear()
            assert client.get(f"/live/{session.slug}").status_code == 200
            assert began == []
        with transaction():
            goods[0].slug = "hang-moi"
        began.clear()
        page = client.get(f"/live/{session.slug}").text
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    assert [each for each in began if each.startswith("INSERT")] == ["INSERT INTO short_link"]
    made = db.session.scalar(select(ShortLink).where(ShortLink.target == "/products/hang-moi"))
    assert f"/s/{made.key}" in page


def test_the_plan_can_be_moved_cut_and_ended_and_then_not_changed(session, goods, client):
    with transaction():
        move_item(session, goods[2].id, -2)
        remove_item(session, goods[1].id)
        remove_item(session, goods[1].id)
    assert [each.product.name for each in list_session_goods(session, TODAY)] == ["Hàng 3", "Hàng 1"]

    do(end_session, session, by=session.by)

    for act in (
        lambda: do(switch_to, session, goods[0].id, by=session.by),
        lambda: do(put_item, session, ItemFacts(product_id=goods[1].id, minutes=5), by=session.by),
    ):
        with pytest.raises(InvalidRunSheetError):
            act()
    page = client.get(f"/live/{session.slug}").text
    assert ("Hàng 1" in page, "live.js" in page, "refresh" in page) == (True, False, False)


def test_goods_of_others_and_what_nobody_may_promote_are_refused(session):
    other = make_product()
    for product_id, minutes, reason in (
        (other.id, 5, "unknown"),
        (0, 5, "unknown"),
        (other.id, 181, "range"),
    ):
        with pytest.raises(InvalidRunSheetError) as refused:
            do(put_item, session, ItemFacts(product_id=product_id, minutes=minutes), by=session.by)
        assert refused.value.reason == reason
    with pytest.raises(RunSheetNotFoundError):
        do(switch_to, session, other.id, by=session.by)
    assert len(session.items) == 3


def test_a_name_that_speaks_of_stars_is_refused_and_left_off_once_they_are_over(
    app, client, owner, producer, session, goods, clock
):
    claims = make_product(name="Trà OCOP 5 sao", producer=producer)
    with pytest.raises(InvalidRunSheetError) as refused:
        do(put_item, session, ItemFacts(product_id=claims.id, minutes=5), by=session.by)
    assert (refused.value.reason, len(session.items)) == ("star_claim", 3)

    with transaction():
        goods[0].name = "Hàng OCOP 4 sao"
    assert "Hàng OCOP 4 sao" in client.get(f"/live/{session.slug}").text
    clock.set(present.now() + timedelta(days=1))  # the recognition was in force until yesterday

    assert [each.product.name for each in list_session_goods(session, present.today())] == [
        "Hàng 2",
        "Hàng 3",
    ]
    assert "OCOP 4 sao" not in client.get(f"/live/{session.slug}").text
    desk = Sender(browser_of(app, owner), f"/workspace/{producer.id}/run-sheets")
    page = desk.get(f"/workspace/{producer.id}/run-sheets/{session.id}").text
    assert "hãy đổi tên trước" in page.partition("Hàng OCOP 4 sao")[2]
    refused_page = desk.post(
        f"/workspace/{producer.id}/run-sheets/{session.id}/items", {"product": claims.id, "minutes": "5"}
    )
    assert (refused_page.status_code, "hãy đổi tên trước" in refused_page.text) == (422, True)


def test_goods_that_nobody_may_promote_any_more_are_left_off_with_the_reason(
    app, client, owner, producer, session, goods
):
    do(switch_to, session, goods[0].id, by=session.by)
    with transaction():
        goods[0].criteria_set = goods[1].criteria_set = 14
        for product, strength in zip(goods, ("40% vol", "12% vol"), strict=False):
            db.session.add(ProductLabel(product_id=product.id, alcohol=strength))

    names = [each.product.name for each in list_session_goods(session, TODAY)]

    assert names == ["Hàng 2", "Hàng 3"]
    assert "Hàng 1" not in client.get(f"/live/{session.slug}").text
    desk = Sender(browser_of(app, owner), f"/workspace/{producer.id}/run-sheets")
    place = f"/workspace/{producer.id}/run-sheets/{session.id}"
    assert "Luật không cho" in desk.get(place).text.partition("<b>Hàng 1</b>")[2]
    assert len(PdfDocument(desk.get(f"{place}/cards.pdf").data)) == 2


def test_a_makers_name_that_claims_stars_is_neither_shown_nor_printed(client, session, producer, clock):
    with transaction():
        producer.name = "HTX dừa OCOP 4 sao"
    assert "HTX dừa OCOP" in client.get(f"/live/{session.slug}").text
    clock.set(present.now() + timedelta(days=1))  # the recognitions were in force until yesterday

    goods = list_session_goods(session, present.today())

    assert not [fact for each in goods for fact in facts_of(each) if "OCOP" in fact]
    assert "HTX dừa OCOP" not in client.get(f"/live/{session.slug}").text


def test_a_session_is_found_by_its_own_planner_only(session, owner):
    organiser, other = actor(make_organiser()), actor(make_organiser())
    facts = RunSheetFacts(title="Hội nghị", planned_at=present.now())
    made = do(plan_session, facts, None, by=organiser)

    assert get_own_run_sheet(made.id, None, organiser).slug == "hoi-nghi"
    for sheet_id, producer_id, person in (
        (made.id, None, other),
        (session.id, None, organiser),
        (made.id, session.producer_id, actor(owner)),
        (10**12, None, organiser),
    ):
        with pytest.raises(RunSheetNotFoundError):
            get_own_run_sheet(sheet_id, producer_id, person)


def test_a_producer_plans_shows_and_prints_a_session(app, client, owner, producer, goods):
    base = f"/workspace/{producer.id}/run-sheets"
    desk = Sender(browser_of(app, owner), base)

    refused = desk.post(base, {"title": "Chợ <b>", "planned_at": "x"})
    assert (refused.status_code, "Chợ &lt;b&gt;" in refused.text) == (422, True)
    made = desk.post(base, {"title": "Chợ <b>", "planned_at": "2026-11-22T19:30", "live_url": ""})
    place = made.headers["Location"]
    item = {"product": goods[0].id, "minutes": "7", "points": "Nói về <i>dừa</i>"}
    assert desk.post(f"{place}/items", item).status_code == 303
    assert desk.post(f"{place}/publication").status_code == 303
    page = desk.get(place).text
    assert "Nói về &lt;i&gt;dừa&lt;/i&gt;" in page
    assert "19:30" in page
    assert desk.post(f"{place}/switches", {"product": goods[0].id}).status_code == 303
    assert desk.post(f"{place}/switches", {"product": "9" * 30}).status_code == 404

    for paper, size in (("order", (595, 842)), ("cards", (298, 420))):
        answer = desk.get(f"{place}/{paper}.pdf")
        document = PdfDocument(answer.data)
        assert (len(document), tuple(round(side) for side in document[0].get_size())) == (1, size)
        codes = zxingcpp.read_barcodes(document[0].render(scale=300 / 72).to_pil())
        assert [code.text.rpartition("/")[0].upper().endswith("/S") for code in codes] == [True]
    assert desk.get(f"{place}/x.pdf").status_code == 404
    assert client.get("/live/cho-b").status_code == 200
