"""Payments, lines of accounts and refunds, for administrators."""

import io
import re

import pytest
from flask import g
from sqlalchemy import select

from accounts.models.audit import AuditEvent
from core import clock as present
from core.db import db, transaction
from core.payment_settings import DEMONSTRATION_ACCOUNT
from core.tasks.models import Task
from core.tasks.running import run_task
from orders.jobs import statements as statement_jobs
from orders.models.bank import BankLine
from orders.models.payments import Refund, RefundCause
from orders.operations.refund_accounts import BankAccount, set_refund_account
from orders.operations.refunds import request_refund
from tests.orders.test_bank_lines import take, told
from tests.orders.test_payment import payment_of, receive, states
from tests.orders.test_refunds import dear_order
from tests.people import browser_of, make_administrator, make_user
from tests.storefront.test_pay import placed


@pytest.fixture
def admin(app, db_session):
    return browser_of(app, make_administrator())


def send(browser, address, at, **fields):
    """Send a form as the page `at` has it."""
    g.pop("csrf_token", None)
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(at).text)
    db.session.rollback()
    return browser.post(address, data={"csrf_token": token[1] if token else "", **fields})


def test_payments_are_found_by_code_and_by_what_is_wrong_with_them(admin, db_session):
    short, fine = placed(), placed()
    receive(payment_of(short), 100_000)
    receive(payment_of(fine), key="line:2")

    wrong = admin.get("/admin/payments?state=underpaid").text
    found = admin.get(f"/admin/payments?q={fine.code.lower()}").text
    file = admin.get("/admin/payments?as=csv").data.decode("utf-8-sig")

    assert (short.code in wrong, fine.code in wrong) == (True, False)
    assert (short.code in found, fine.code in found) == (False, True)
    assert file.count("\n") == 3
    page = admin.get(f"/admin/payments/{payment_of(short).id}").text
    assert "Chuyển thiếu" in page
    assert admin.get("/admin/payments/999").status_code == 404


@pytest.fixture
def waiting(db_session):
    """An order of 155,000 dong, and the address of a line of 160,000 that names it."""
    order = placed()
    line = take(told(payment_of(order), amount_vnd=160_000, memo=f"=HYPERLINK(1) {order.code}"))
    return order, f"/admin/bank/{line.line_id}"


def test_a_line_that_waits_is_assigned_with_one_press(admin, waiting, db_session):
    order, address = waiting
    page = admin.get(address).text
    assert f'value="{order.code}"' in page

    answer = send(admin, f"{address}/assignment", address, code=order.code)

    assert answer.status_code == 303
    db.session.rollback()
    assert states(order) == [("placed", "paid")]
    assert order.code in admin.get("/admin/bank?state=matched").text


@pytest.mark.parametrize(
    ("act", "form", "words"),
    [
        ("assignment", {"code": "OC99"}, "Không có lần chuyển khoản nào"),
        ("return", {"reference": " "}, "Ghi mã tham chiếu"),
        ("dismissal", {"reason": ""}, "Ghi rõ đó là khoản gì"),
    ],
)
def test_a_decision_that_cannot_be_taken_says_why_and_changes_nothing(
    admin, waiting, db_session, act, form, words
):
    order, address = waiting

    answer = send(admin, f"{address}/{act}", address, **form)

    assert answer.status_code == 409
    assert words in answer.text
    db.session.rollback()
    assert states(order) == [("placed", "pending")]
    assert db_session.scalars(select(BankLine.state)).one() == "queued"


def test_a_line_told_by_another_source_is_let_wait_again_with_a_warning(admin, waiting, db_session):
    order, first = waiting
    line = take(
        told(payment_of(order), bank_reference="SEPAY-9", amount_vnd=160_000, memo=f"CK {order.code}"),
        "sepay",
    )
    address = f"/admin/bank/{line.line_id}"
    assert (
        f"{address}/reopening" in admin.get(address).text,
        f"{first}/reopening" in admin.get(first).text,
    ) == (
        True,
        False,
    )

    answer = send(admin, f"{address}/reopening", address)

    assert answer.status_code == 303
    page = admin.get(address).text
    assert "Một nguồn khác đã báo một dòng giống dòng này. Chỉ ghi sổ" in page
    assert f"{address}/assignment" in page


def test_lines_leave_as_a_file_that_no_spreadsheet_runs(admin, waiting):
    file = admin.get("/admin/bank?as=csv").data.decode("utf-8-sig")

    assert "\"'=HYPERLINK(1)" in file


def test_a_statement_is_looked_at_and_booked_when_a_person_agrees(app, admin, db_session):
    order = placed()
    content = f"Ngày,Số tiền,Nội dung,Mã GD\n22/11/2026,155.000,{order.code} ck,FT1\n22/11/2026,x,y,FT2\n"
    assert statement_jobs.CHUNK

    g.pop("csrf_token", None)
    token = re.search(r'name="csrf_token" value="([^"]+)"', admin.get("/admin/bank/statements").text)[1]
    file = (io.BytesIO(content.encode()), "sao ke.csv")
    form = {"csrf_token": token, "account": DEMONSTRATION_ACCOUNT, "file": file}
    sent = admin.post("/admin/bank/statements", data=form, content_type="multipart/form-data")
    task_id = int(sent.headers["Location"].rpartition("/")[2])
    run_task(task_id)
    page = admin.get(f"/admin/bank/statements/{task_id}").text
    assert ("Chưa ghi sổ gì" in page, "Không đọc được" in page) == (True, True)
    db.session.rollback()
    assert states(order) == [("placed", "pending")]

    begun = send(admin, f"/admin/bank/statements/{task_id}/bookings", f"/admin/bank/statements/{task_id}")
    again = send(admin, f"/admin/bank/statements/{task_id}/bookings", f"/admin/bank/statements/{task_id}")
    assert begun.headers["Location"] == again.headers["Location"]
    run_task(int(begun.headers["Location"].rpartition("/")[2]))

    db.session.rollback()
    assert states(order) == [("placed", "paid")]
    assert "Đã ghi sổ" in admin.get(f"/admin/bank/statements/{task_id}").text
    assert len(db_session.scalars(select(Task.id)).all()) == 2


@pytest.mark.parametrize(("account", "content"), [("1", b"a,b"), (DEMONSTRATION_ACCOUNT, b"")])
def test_a_statement_without_account_or_file_is_refused(admin, db_session, account, content):
    g.pop("csrf_token", None)
    token = re.search(r'name="csrf_token" value="([^"]+)"', admin.get("/admin/bank/statements").text)[1]
    form = {"csrf_token": token, "account": account, "file": (io.BytesIO(content), "x.csv")}

    answer = admin.post("/admin/bank/statements", data=form, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert db_session.scalars(select(Task.id)).all() == []


def test_a_refund_is_approved_and_marked_as_sent(app, admin, db_session):
    order = dear_order()
    with transaction():
        refund = request_refund(
            payment_of(order),
            key="return:1",
            cause=RefundCause.RETURN,
            seller_order=order.seller_orders[0],
            goods_vnd=600_000,
            now=present.now(),
        )
        account = BankAccount("970418", "1234567890", "NGUOI MUA THU")
        set_refund_account(order.id, account, keys=app.extensions["settings"].keys, now=present.now())
        address = f"/admin/refunds/{refund.id}"

    send(admin, f"{address}/approvals", address)
    file = admin.get("/admin/refunds/transfers").data.decode("utf-8-sig")
    page = admin.get(address).text
    refused = send(admin, f"{address}/transfer", address, reference="")
    sent = send(admin, f"{address}/transfer", address, reference="FT900")

    assert '"970418","BIDV","1234567890","NGUOI MUA THU","600000"' in file
    assert "1234567890" in page
    assert (refused.status_code, sent.status_code) == (409, 303)
    db.session.rollback()
    assert db_session.scalars(select(Refund.state)).one() == "settled"
    assert states(order) == [("placed", "partially_refunded")]
    verbs = set(db_session.scalars(select(AuditEvent.verb)))
    assert {"orders.approve_refund", "orders.fetch_refund_transfers", "orders.mark_refund_sent"} <= verbs
    assert "1234567890" not in admin.get("/admin/refunds?as=csv").text


def test_a_refund_is_refused_with_a_reason(admin, db_session):
    order = dear_order()
    with transaction():
        refund_id = request_refund(
            payment_of(order),
            key="goodwill:1",
            cause=RefundCause.GOODWILL,
            seller_order=order.seller_orders[0],
            goods_vnd=600_000,
            now=present.now(),
        ).id
    address = f"/admin/refunds/{refund_id}"

    without = send(admin, f"{address}/refusal", address, reason=" ")
    answer = send(admin, f"{address}/refusal", address, reason="Hàng còn tốt")

    assert (without.status_code, answer.status_code) == (409, 303)
    db.session.rollback()
    assert db_session.scalars(select(Refund.state)).one() == "refused"


def test_nobody_else_sees_any_of_it(app, waiting, db_session):
    shopper, nobody = browser_of(app, make_user()), app.test_client()

    for path in ("/admin/payments", "/admin/bank", "/admin/refunds", "/admin/bank/statements", waiting[1]):
        assert shopper.get(path).status_code == 404
        assert nobody.get(path).status_code == 303
