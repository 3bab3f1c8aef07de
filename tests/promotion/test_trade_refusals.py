"""What was typed into a form of trade that is refused stands there again, and nothing has changed."""

import re
from datetime import date

import pytest
from sqlalchemy import func, select

from core import clock as present
from core.db import db, transaction
from promotion.models.trade import Quotation, QuotationEnd, Rfq, RfqNote, TradePaper
from promotion.operations.trade_quotations import withdraw_quotation
from promotion.operations.trade_requests import set_next_step
from tests.people import make_user
from tests.promotion.trade_shop import accept, ask, hand_of, make_account, make_trade_shop, quote

LONG = "đắt quá " * 130  # 1,040 characters: too many for a reason
ENDLESS = "ngon " * 410  # 2,050: too many for a note


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def withdraw(shop, number: int) -> None:
    by = shop.seller_actor
    with transaction():
        withdraw_quotation(db.session.get_one(Quotation, number), "", by=by, now=present.now())


def test_a_buyers_reason_that_is_too_long_stands_in_its_field_again(app, db_session):
    shop = make_trade_shop()
    number = quote(shop).id

    refused = hand_of(app, shop.buyer).post(f"/trade/quotations/{number}/refusal", reason=LONG)

    assert refused.status_code == 422
    assert f'value="{LONG}"' in refused.text
    assert "<details open><summary>Từ chối" in refused.text
    assert count(QuotationEnd) == 0


def test_a_reason_for_what_was_withdrawn_meanwhile_is_told_back(app, db_session):
    shop = make_trade_shop()
    number = quote(shop).id
    withdraw(shop, number)

    late = hand_of(app, shop.buyer).post(f"/trade/quotations/{number}/refusal", reason="Giá <cao>")

    assert late.status_code == 409
    assert "Bạn đã viết: «Giá &lt;cao&gt;»" in late.text
    assert count(QuotationEnd) == 1


def test_feedback_and_the_end_of_a_request_are_kept_as_typed(app, db_session):
    shop = make_trade_shop()
    sample = ask(shop, 2, kind="sample")
    accept(shop, quote(shop, sample, quantity=2, price_vnd=0, freight_vnd=0))
    goods = ask(shop)
    buyer = hand_of(app, shop.buyer)

    feedback = buyer.post(f"/trade/requests/{sample.id}/notes", kind="feedback", words=ENDLESS)
    ended = buyer.post(f"/trade/requests/{goods.id}/notes", kind="lost", words=ENDLESS)
    late = buyer.post(f"/trade/requests/{sample.id}/notes", kind="lost", words="Không mua nữa")

    assert [page.status_code for page in (feedback, ended, late)] == [422, 422, 409]
    assert ENDLESS in feedback.text
    assert f'value="{ENDLESS}"' in ended.text
    assert "Bạn đã viết: «Không mua nữa»" in late.text
    assert count(RfqNote) == 0


def test_the_desk_keeps_what_was_typed_and_what_its_offer_proposes(app, db_session):
    shop = make_trade_shop()
    quotation = quote(shop)
    desk = f"/workspace/{shop.producer.id}/trade"
    here = f"{desk}/requests/{quotation.rfq_id}"
    seller = hand_of(app, shop.owner, here)

    unread = seller.post(f"{desk}/quotations/{quotation.id}/withdrawal", reason=LONG)
    ended = seller.post(f"{here}/notes", kind="lost", words=ENDLESS)

    assert (unread.status_code, ended.status_code) == (422, 422)
    assert f'value="{LONG}"' in unread.text
    assert f'href="#reason-{quotation.id}"' in unread.text
    assert f'value="{ENDLESS}"' in ended.text
    for page in (unread, ended):
        assert re.search(
            r'id="deposit_percent"[^>]*value="30"|value="30"[^>]*id="deposit_percent"', page.text
        )
    assert (count(QuotationEnd), count(RfqNote)) == (0, 0)
    withdraw(shop, quotation.id)
    late = seller.post(f"{desk}/quotations/{quotation.id}/withdrawal", reason="Hết hàng")
    assert late.status_code == 409
    assert "Bạn đã viết: «Hết hàng»" in late.text


@pytest.mark.parametrize("typed", ["sắp tới", "31/12/2026", "0001-01-01", "2026-02-30", "9999-12-31"])
def test_a_day_of_the_next_step_that_cannot_be_is_refused(app, db_session, typed):
    shop = make_trade_shop()
    number = ask(shop).id
    here = f"/workspace/{shop.producer.id}/trade/requests/{number}"
    with transaction():
        set_next_step(db.session.get_one(Rfq, number), "Gọi lại", date(2026, 12, 1))

    sent = {"next_step": "Gửi mẫu", "next_by_on": typed}
    refused = hand_of(app, shop.owner, here).post(f"{here}/next-step", **sent)

    assert refused.status_code == 422
    assert 'href="#next_by_on">Chọn một ngày, hoặc để trống' in refused.text
    assert f'value="{typed}"' in refused.text
    assert 'value="Gửi mẫu"' in refused.text
    db.session.rollback()
    kept = db.session.get_one(Rfq, number)
    assert (kept.next_step, kept.next_by_on) == ("Gọi lại", date(2026, 12, 1))


def test_the_title_of_a_paper_that_cannot_be_read_stands_there_again(app, db_session):
    user = make_user()
    make_account(user, "waits")

    refused = hand_of(app, user).post("/trade/account/papers", title="Giấy phép rượu")

    assert refused.status_code == 422
    assert 'value="Giấy phép rượu"' in refused.text
    assert 'value="Siêu thị Sao Việt"' in refused.text
    assert count(TradePaper) == 0
