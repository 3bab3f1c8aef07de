"""Accounts of trade buyers: nothing is verified by default, the office decides with a reason, history stays."""

import io
import re
from random import Random

import pytest
from PIL import Image
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from core import clock as present
from core.db import db, transaction
from core.messages.models import Message
from promotion.errors.trade import InvalidTradeError, TradeAccountError
from promotion.models.trade import TradeAccount, TradeCheck, TradePaper
from promotion.operations.trade_accounts import AccountFacts, judge_account, save_account
from promotion.operations.trade_personal_facts import TradeBuyer
from promotion.queries.trade_accounts import count_waiting_accounts, get_account_to_judge
from tests.papers import a_pdf
from tests.people import actor, make_administrator, make_officer, make_user
from tests.promotion.trade_shop import TAX_CODE, hand_of, make_account, make_trade_shop, quote

FIRM = {
    "name": "Siêu thị Sao Việt",
    "kind": "supermarket",
    "tax_code": TAX_CODE,
    "province_code": "86",
    "address": "12 Lê Lợi",
    "contact_name": "Trần Thị Mua",
    "phone": "0912 345 678",
    "email": "",
}


def states() -> list[str]:
    db.session.rollback()
    return [check.state for check in db.session.scalars(select(TradeCheck).order_by(TradeCheck.id))]


def judge(account_id: int, state: str, by, reason: str = "Đã đối chiếu giấy đăng ký") -> bool:
    with transaction():
        seen = db.session.get(TradeAccount, account_id).firm_digest()
        return judge_account(account_id, state, reason, seen=seen, by=by, now=present.now())


def seen_on(page) -> str:
    return re.search(r'name="seen" value="([0-9a-f]{64})"', page.get(page.at).text)[1]


def test_a_firm_is_opened_with_its_papers_and_verified_by_the_office(app, db_session):
    user = make_user()
    officer = make_officer()
    hand = hand_of(app, user)

    assert hand.post("/trade/account", **FIRM).status_code == 303
    db.session.rollback()
    account = db.session.scalars(select(TradeAccount)).one()
    number = account.id
    assert (account.state, account.phone) == ("waits", "+84912345678")
    assert count_waiting_accounts(actor(officer)) == 0  # no papers yet
    with pytest.raises(TradeAccountError):
        judge(number, "verified", actor(officer))
    paper = {"paper": (io.BytesIO(a_pdf()), "gpkd.pdf"), "title": "Giấy đăng ký"}
    assert hand.post("/trade/account/papers", **paper).status_code == 303
    assert count_waiting_accounts(actor(officer)) == 1
    page = hand_of(app, officer, f"/office/trade-accounts/{number}")
    assert "Giấy đăng ký" in page.get(page.at).text
    paper_id = db.session.scalars(select(TradePaper.id)).one()
    assert page.get(f"/office/trade-accounts/{number}/papers/{paper_id}/pages/1").mimetype == "image/webp"
    without = page.post(f"/office/trade-accounts/{number}/checks", state="verified", reason=" ")
    assert without.status_code == 422
    decided = {"state": "verified", "reason": "Khớp cổng tra cứu thuế", "seen": seen_on(page)}
    done = page.post(f"/office/trade-accounts/{number}/checks", **decided)
    assert done.status_code == 303
    assert states() == ["waits", "verified"]
    assert "đã được xác minh" in str(db.session.scalars(select(Message.body)).one())
    assert "Đã xác minh" in hand.get("/trade/account").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("tax_code", "0100109107"),
        ("tax_code", "abc"),
        ("phone", "12"),
        ("kind", "pirate"),
        ("province_code", "00"),
        ("email", "không phải"),
        ("address", "x" * 201),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_kept(app, db_session, field, value):
    by = actor(make_user())

    with pytest.raises(InvalidTradeError) as refused, transaction():
        save_account(AccountFacts(**(FIRM | {field: value})), by=by, now=present.now())

    assert refused.value.facts["field"] == field
    db.session.rollback()
    assert db.session.scalar(select(func.count(TradeAccount.id))) == 0


def test_a_file_that_lies_is_no_paper(app, db_session):
    user = make_user()
    make_account(user, "waits")
    hand = hand_of(app, user)

    for content in (b"MZ\x90\x00 a program", b"%PDF-1.4 and nothing else", b""):
        answer = hand.post("/trade/account/papers", paper=(io.BytesIO(content), "giay.pdf"), title="Giấy")
        assert answer.status_code == 422
    db.session.rollback()
    assert db.session.scalar(select(func.count(TradePaper.id))) == 0


def test_a_photograph_of_several_megabytes_is_taken(app, db_session):
    user = make_user()
    make_account(user, "waits")
    hand, photo = hand_of(app, user), io.BytesIO()
    noise = Random(7).randbytes(3 * 1000 * 1000)
    Image.frombytes("RGB", (1000, 1000), noise).save(photo, "JPEG", quality=98)
    assert len(photo.getvalue()) > 1_200_000

    photo.seek(0)
    token = re.search(r'name="csrf_token" value="([^"]+)"', hand.get("/trade/account").text)
    sent = {"csrf_token": token[1], "title": "Giấy", "paper": FileStorage(photo, "gpkd.jpg")}
    boundary, body = encode_multipart(sent)  # in memory: the browser's own would leave a file open

    answer = hand.browser.post(
        "/trade/account/papers", data=body, content_type=f"multipart/form-data; boundary={boundary}"
    )

    assert answer.status_code == 303
    db.session.rollback()
    assert db.session.scalar(select(func.count(TradePaper.id))) == 1


def test_another_name_or_tax_code_is_compared_anew_and_a_telephone_is_not(db_session):
    user = make_user()
    make_account(user, name=FIRM["name"])

    def save(**facts: str) -> str:
        by = actor(user)
        with transaction():
            return save_account(AccountFacts(**(FIRM | facts)), by=by, now=present.now()).state

    assert save(phone="0987654321") == "verified"
    assert save(name="Siêu thị Khác") == "waits"
    assert states() == ["verified", "waits"]


@pytest.mark.parametrize("change", ["name", "kind", "tax_code", "paper"])
def test_a_firm_that_was_changed_after_the_officer_looked_is_not_verified(app, db_session, change):
    user, officer = make_user(), make_officer()
    hand = hand_of(app, user)
    hand.post("/trade/account", **FIRM)
    hand.post("/trade/account/papers", paper=(io.BytesIO(a_pdf()), "gpkd.pdf"), title="Giấy đăng ký")
    number = db.session.scalars(select(TradeAccount.id)).one()
    page = hand_of(app, officer, f"/office/trade-accounts/{number}")
    decided = {"state": "verified", "reason": "Khớp cổng tra cứu thuế", "seen": seen_on(page)}
    others = {"name": "Công ty Khác", "kind": "restaurant", "tax_code": "0012345009"}
    if change == "paper":
        hand.post("/trade/account/papers", paper=(io.BytesIO(a_pdf(2)), "khac.pdf"), title="Giấy khác")
    else:
        assert hand.post("/trade/account", **(FIRM | {change: others[change]})).status_code == 303

    refused = page.post(f"/office/trade-accounts/{number}/checks", **decided)

    assert refused.status_code == 409
    assert "đã được sửa sau khi bạn mở trang này" in refused.text
    assert {"name": "Công ty Khác", "paper": "Giấy khác"}.get(change, "") in refused.text
    assert states() == ["waits"]
    anew = decided | {"seen": seen_on(page)}
    assert page.post(f"/office/trade-accounts/{number}/checks", **anew).status_code == 303
    assert states() == ["waits", "verified"]


def test_nobody_judges_their_own_firm_nor_one_of_another_province(app, db_session):
    officer, elsewhere, house = make_officer(), make_officer(province_code="15"), make_administrator()
    own = make_account(officer, "waits", province_code="86")
    other = make_account(make_user(), "waits", province_code="86", tax_code="x")

    with pytest.raises(TradeAccountError) as refused:
        judge(own.id, "refused", actor(officer))
    assert refused.value.facts["reason"] == "own"
    assert hand_of(app, elsewhere).get(f"/office/trade-accounts/{other.id}").status_code == 404
    assert hand_of(app, make_user()).get("/office/trade-accounts").status_code == 404
    assert get_account_to_judge(actor(house), other.id).id == other.id
    assert judge(other.id, "refused", actor(house), "Sai tên")
    assert not judge(other.id, "refused", actor(house), "Sai tên")
    with pytest.raises(TradeAccountError):
        judge(other.id, "suspended", actor(house))
    assert states() == ["waits", "waits", "refused"]


def test_decisions_are_only_ever_added(db_session):
    make_account(make_user())

    with pytest.raises(DatabaseError, match="only ever added to"):
        db.session.execute(text("UPDATE trade_check SET state = 'verified'"))
    db.session.rollback()


def test_what_is_held_of_a_buyer_is_exported_and_goes_with_the_person(app, db_session):
    shop = make_trade_shop()
    quotation = quote(shop)
    user_id, rfq_id = shop.buyer.id, quotation.rfq_id
    told = TradeBuyer().export(user_id)

    with transaction():
        TradeBuyer().erase(user_id, present.now())

    assert told["phone"] == "+84912345678"
    assert [each["quotations"][0]["total_vnd"] for each in told["requests"]] == [25_500_000]
    db.session.rollback()
    account = db.session.scalars(select(TradeAccount)).one()
    assert (account.contact_name, account.phone, account.email, account.state) == ("…", "", None, "suspended")
    assert account.name == "Siêu thị Sao Việt"
    seller = hand_of(app, shop.owner)
    assert seller.get(f"/workspace/{shop.producer.id}/trade/requests/{rfq_id}").status_code == 200
    assert TradeBuyer().export(make_user().id) == {}
