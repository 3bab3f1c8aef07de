"""The log of notices as administrators use it: found, read, applied again, set aside; and nobody else comes in."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import AuditEvent
from core import clock as present
from core.db import db, transaction
from core.jobs.registry import handlers
from orders.errors import NoticeNotFoundError, NoticeStateError
from orders.models.notices import NoticeState, PaymentNotice
from orders.operations.notices import end_notice, get_notice, keep_notice, set_notice_aside
from tests.fakes.stripe_server import changed
from tests.orders.card_shop import CardShop, _imitation, journal_count, money, notices, shop, state_of
from tests.people import actor, browser_of, make_administrator

__all__ = ["_imitation", "shop"]


def administrator(shop: CardShop) -> FlaskClient:
    shop.app.config["WTF_CSRF_ENABLED"] = False
    return browser_of(shop.app, make_administrator())


def acts() -> list[tuple[str, str, str | None]]:
    rows = db.session.execute(
        select(AuditEvent.verb, AuditEvent.subject, AuditEvent.reason)
        .where(AuditEvent.verb.like("orders.%notice%"))
        .order_by(AuditEvent.seq)
    )
    return [tuple(row) for row in rows]  # type: ignore[misc]


def kept(number: int = 1, state: NoticeState = NoticeState.PARKED, reason: str | None = "amount") -> int:
    with transaction():
        notice = keep_notice(
            "stripe",
            f"evt_{number}",
            "checkout.session.completed",
            {},
            object_id=f"cs_{number}",
            now=present.now(),
        )
        assert notice is not None
        end_notice(notice, state, reason=reason, now=present.now())
        return notice.id


def test_a_notice_is_kept_once_and_each_provider_has_names_of_its_own(db_session):
    kept()
    with transaction():
        assert keep_notice("stripe", "evt_1", "other", {}, object_id=None, now=present.now()) is None
        assert keep_notice("bank", "evt_1", "other", {}, object_id=None, now=present.now()) is not None

    assert notices() == [("parked", "amount"), ("received", None)]


def test_what_waits_for_a_person_says_why(db_session):
    with pytest.raises(Exception, match="ck_payment_notice_reason"):
        kept(reason=None)


def test_the_log_lists_the_newest_first_and_leads_to_what_waits(shop: CardShop):
    kept(1, NoticeState.IGNORED, "other_kind")
    kept(2)

    page = administrator(shop).get("/admin/notices").text

    assert page.index("cs_2") < page.index("cs_1")
    assert "state=waiting" in page
    assert "Số tiền không đúng" in page


SEARCHES = [
    ("state=waiting", {"cs_2"}),
    ("state=ignored", {"cs_1"}),
    ("state=nonsense", {"cs_1", "cs_2"}),
    ("provider=stripe", {"cs_1", "cs_2"}),
    ("q=evt_1", {"cs_1"}),
    ("q=cs_2", {"cs_2"}),
    ("q=%25", set()),
    ("q=' OR 1=1 --", set()),
    ("page=399", set()),
]


def test_the_log_is_searched(shop: CardShop):
    kept(1, NoticeState.IGNORED, "other_kind")
    kept(2)
    browser = administrator(shop)

    pages = [browser.get(f"/admin/notices?{query}").text for query, _ in SEARCHES]

    found = [{name for name in ("cs_1", "cs_2") if f">{name}<" in page} for page in pages]
    assert found == [shown for _, shown in SEARCHES]


def test_a_notice_is_found_by_the_code_of_its_order(shop: CardShop):
    payment = shop.order()
    shop.hear(shop.paid_letter(payment))
    kept(1)

    page = administrator(shop).get(f"/admin/notices?q={payment.order.code.lower()}").text

    assert (page.count(payment.order.code) >= 1, "cs_1" in page) == (True, False)


def test_the_log_as_a_file(shop: CardShop):
    kept(1)

    answer = administrator(shop).get("/admin/notices?as=csv")

    assert answer.headers["Content-Disposition"].startswith('attachment; filename="notices-')
    assert "cs_1" in answer.text


def test_the_log_costs_as_many_queries_with_many_notices_as_with_one(shop: CardShop):
    browser = administrator(shop)
    kept(1)
    few = _queries(browser)
    for number in range(2, 40):
        kept(number)

    assert _queries(browser) == few


def test_a_notice_shows_what_was_kept_and_no_person(shop: CardShop):
    payment = shop.order()
    shop.hear(
        changed(
            shop.paid_letter(payment), customer_email="lan@example.vn", status="<script>alert(1)</script>"
        )
    )

    answer = administrator(shop).get("/admin/notices/1")

    assert answer.headers["Cache-Control"] == "no-store"
    assert payment.reference in answer.text
    assert "lan@example.vn" not in answer.text
    assert "<script>alert" not in answer.text


def test_a_notice_that_came_too_early_pays_when_it_is_applied_again(shop: CardShop):
    """As after a restored backup: the order is entered anew, then its notice is taken up."""
    payment = shop.order()
    letter = shop.paid_letter(payment)
    reference = payment.reference
    with transaction():
        payment.reference = "OC222222222"
    shop.hear(letter)
    assert notices() == [("parked", "unknown_order")]
    with transaction():
        payment.reference = reference

    answer = administrator(shop).post("/admin/notices/1/replays")

    assert (answer.status_code, answer.location) == (303, "/admin/notices/1")
    assert notices() == [("applied", None)]
    assert state_of(payment) == ("paid", ("paid",), payment.amount_vnd)
    assert acts() == [("orders.replay_notice", "notice:1", None)]


def test_applied_again_three_times_nothing_is_done_twice(shop: CardShop):
    payment = shop.order()
    shop.hear(shop.paid_letter(payment))
    browser = administrator(shop)

    answers = [browser.post("/admin/notices/1/replays").status_code for _ in range(3)]

    assert answers == [303] * 3
    assert notices() == [("applied", None)]
    assert journal_count() == 1
    assert money(payment.order_id) == {"processor": payment.amount_vnd, "funds": payment.amount_vnd}
    assert len(acts()) == 3


def test_a_notice_of_another_provider_is_not_applied_here(shop: CardShop):
    with transaction():
        keep_notice("bank", "line-1", "transfer", {}, object_id=None, now=present.now())

    assert administrator(shop).post("/admin/notices/1/replays").status_code == 409
    assert notices() == [("received", None)]


def test_a_person_says_what_was_done_and_the_notice_waits_no_more(shop: CardShop):
    number = kept()
    browser = administrator(shop)
    refused = browser.post(f"/admin/notices/{number}/settings-aside", data={"reason": "  "})
    assert (refused.status_code, notices()) == (409, [("parked", "amount")])

    told = browser.post(
        f"/admin/notices/{number}/settings-aside", data={"reason": "Đã hoàn tiền  tại Stripe"}
    )

    assert told.status_code == 303
    assert notices() == [("ignored", "set_aside")]
    assert acts() == [("orders.set_notice_aside", f"notice:{number}", "Đã hoàn tiền tại Stripe")]
    assert browser.post(f"/admin/notices/{number}/settings-aside", data={"reason": "x"}).status_code == 409


def test_what_was_applied_cannot_be_set_aside(shop: CardShop):
    payment = shop.order()
    shop.hear(shop.paid_letter(payment))

    by = actor(make_administrator())

    with pytest.raises(NoticeStateError), transaction():
        set_notice_aside(1, "x", by=by, now=present.now())

    assert notices() == [("applied", None)]


def test_acting_needs_a_fresh_proof(shop: CardShop, clock):
    number = kept()
    browser = administrator(shop)
    clock.move(timedelta(minutes=11))

    answer = browser.post(f"/admin/notices/{number}/replays")

    assert answer.status_code == 303
    assert "/sign-in/confirm" in (answer.location or "")
    assert acts() == []


def test_a_form_of_another_site_does_nothing(shop: CardShop):
    number = kept()
    browser = administrator(shop)
    shop.app.config["WTF_CSRF_ENABLED"] = True

    assert browser.post(f"/admin/notices/{number}/replays").status_code == 400
    assert acts() == []


def test_nobody_else_learns_that_there_is_a_log(shop: CardShop):
    kept()

    answers = [shop.client.get(path) for path in ("/admin/notices", "/admin/notices/1")]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert all("/sign-in" in (answer.location or "") for answer in answers)


def test_a_notice_that_is_not_there(shop: CardShop):
    kept()
    browser = administrator(shop)

    numbers = (2, 2**31 - 1, 2**31, 10**12)
    assert [browser.get(f"/admin/notices/{number}").status_code for number in numbers] == [404] * 4


def test_old_notices_are_forgotten_and_those_that_wait_stay(shop: CardShop, clock):
    kept(1, NoticeState.APPLIED, None)
    kept(2)
    clock.move(timedelta(days=401))
    kept(3, NoticeState.IGNORED, "other_kind")

    handlers["orders.forget_old_notices"]()

    assert db.session.scalars(select(PaymentNotice.notice_id).order_by(PaymentNotice.id)).all() == [
        "evt_2",
        "evt_3",
    ]
    with pytest.raises(NoticeNotFoundError):
        get_notice(1)


def _queries(browser: FlaskClient) -> int:
    from sqlalchemy import event

    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert browser.get("/admin/notices").status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)
