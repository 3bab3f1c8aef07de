"""Callbacks about bank accounts: proven first, read next, kept with their effect, then answered."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.db import db
from core.payment_settings import DEMONSTRATION_ACCOUNT
from orders.bank_notices import UnreadableNoticeError, read_notice
from orders.models.bank import BankLine
from tests.orders import test_payment
from tests.orders.test_bank_lines import balances
from tests.storefront.test_pay import placed

SECRETS = (
    "sepay=a-secret-of-sepay-1",
    "sepay=a-secret-of-sepay-2",
    "casso=a-secret-of-casso",
    "vietqr=a-secret-of-vietqr",
)


def states(order):
    db.session.rollback()
    return test_payment.states(order)


@pytest.fixture
def bank(make_app, settings, db_session):
    """Somebody who calls our hooks."""
    app = make_app(replace(settings, payments=replace(settings.payments, bank_hook_secrets=SECRETS)))
    return app.test_client()


def sepay(order, **facts):
    return {
        "id": 92704,
        "gateway": "Vietcombank",
        "transactionDate": "2026-11-22 10:02:37",
        "accountNumber": DEMONSTRATION_ACCOUNT,
        "code": None,
        "content": f"MBVCB.77.{order.code}.CT tu 0123",
        "transferType": "in",
        "transferAmount": order.total_vnd,
        "referenceCode": "MBVCB.3278907687",
    } | facts


def casso(order, **facts):
    line = {
        "id": 6789,
        "tid": "FT26326001",
        "description": order.code,
        "amount": order.total_vnd,
        "when": "2026-11-22 10:02:37",
        "bank_sub_acc_id": DEMONSTRATION_ACCOUNT,
    } | facts
    return {"error": 0, "data": [line]}


def vietqr(order, **facts):
    return {
        "bankaccount": DEMONSTRATION_ACCOUNT,
        "amount": order.total_vnd,
        "transType": "C",
        "content": order.code,
        "transactionid": "9b1f",
        "transactiontime": 1795316557000,
        "referencenumber": "FT26326002",
        "orderId": "",
    } | facts


SEPAY = {"Authorization": "Apikey a-secret-of-sepay-2"}
CASSO = {"Secure-Token": "a-secret-of-casso"}


@pytest.mark.parametrize(
    ("path", "headers", "body"),
    [("/webhooks/bank/sepay", SEPAY, sepay), ("/webhooks/bank/casso", CASSO, casso)],
)
def test_a_callback_pays_once_however_often_it_comes(bank, path, headers, body):
    order = placed()

    answers = [bank.post(path, json=body(order), headers=headers) for _ in range(3)]

    assert [(answer.status_code, answer.json["success"]) for answer in answers] == [(200, True)] * 3
    assert states(order) == [("placed", "paid")]
    assert balances() == (155_000, 0)


def test_vietqr_fetches_a_token_and_tells_with_it(bank):
    order = placed()
    basic = base64.b64encode(b"customer:a-secret-of-vietqr").decode()

    token = bank.post(
        "/webhooks/bank/vietqr/api/token_generate", headers={"Authorization": f"Basic {basic}"}
    ).json
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    answer = bank.post("/webhooks/bank/vietqr/bank/api/transaction-sync", json=vietqr(order), headers=bearer)

    assert token["expires_in"] == 300
    assert answer.json == {
        "error": False,
        "errorReason": "000",
        "toastMessage": "",
        "object": {"reftransactionid": "FT26326002"},
    }
    assert states(order) == [("placed", "paid")]


def test_a_token_ends_and_none_can_be_made_up(bank, clock):
    order = placed()
    path = "/webhooks/bank/vietqr/bank/api/transaction-sync"
    basic = base64.b64encode(b"customer:a-secret-of-vietqr").decode()
    headers = {"Authorization": f"Basic {basic}"}
    token = bank.post("/webhooks/bank/vietqr/api/token_generate", headers=headers).json["access_token"]
    clock.move(timedelta(seconds=301))
    later = f"{int(token.partition('.')[0]) + 900}.{token.partition('.')[2]}"

    for shown in (token, later, "", "1.x", f"{10**30}.x"):
        answer = bank.post(path, json=vietqr(order), headers={"Authorization": f"Bearer {shown}"})
        assert answer.status_code == 401

    assert states(order) == [("placed", "pending")]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("sepay", {}, 401),
        ("sepay", {"Authorization": "Apikey a-secret-of-casso"}, 401),
        ("sepay", {"Authorization": "Bearer a-secret-of-sepay-1"}, 401),
        ("sepay", {"Authorization": "Apikey é"}, 401),
        ("casso", {"Secure-Token": ""}, 401),
        ("vietqr/api/token_generate", {"Authorization": "Basic !!"}, 401),
        ("vietqr/api/token_generate", {"Authorization": "Basic YTpi"}, 401),
        ("momo", SEPAY, 404),
        ("vietqr", SEPAY, 404),
    ],
)
def test_whoever_does_not_know_the_secret_is_not_heard(bank, db_session, path, headers, status):
    order = placed()

    answer = bank.post(f"/webhooks/bank/{path}", json=sepay(order), headers=headers)

    assert answer.status_code == status
    assert db_session.scalar(select(func.count()).select_from(BankLine)) == 0


def test_without_a_secret_there_is_no_hook(client, db_session):
    order = placed()

    for path in ("sepay", "casso", "vietqr/api/token_generate"):
        assert client.post(f"/webhooks/bank/{path}", json=sepay(order), headers=SEPAY).status_code == 404
    answer = client.post("/webhooks/bank/vietqr/bank/api/transaction-sync", json=vietqr(order))
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"null", b"{", b"\xff", b"[" * 100_000, json.dumps({"transferType": "in"}).encode()],
)
def test_what_cannot_be_read_is_refused(bank, db_session, raw):
    answer = bank.post("/webhooks/bank/sepay", data=raw, headers=SEPAY)

    assert answer.status_code == 400
    assert db_session.scalar(select(func.count()).select_from(BankLine)) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"transferAmount": "1e9"},
        {"transferAmount": True},
        {"transferAmount": 1.5},
        {"transferAmount": 10**16},
        {"transferType": "both"},
        {"transactionDate": "hôm nay"},
        {"referenceCode": None, "id": None},
    ],
)
def test_a_field_that_is_none_is_refused(wrong):
    class Order:
        code, total_vnd = "OC2", 5_000

    with pytest.raises(UnreadableNoticeError):
        read_notice("sepay", sepay(Order) | wrong)


def test_what_went_out_is_told_and_pays_nothing(bank):
    order = placed()

    bank.post("/webhooks/bank/sepay", json=sepay(order, transferType="out"), headers=SEPAY)
    bank.post("/webhooks/bank/casso", json=casso(order, amount=-order.total_vnd), headers=CASSO)

    assert states(order) == [("placed", "pending")]
    assert balances() == (0, 0)


@pytest.mark.parametrize(("provider", "body"), [("sepay", sepay), ("casso", casso), ("vietqr", vietqr)])
def test_an_incoming_amount_below_nothing_was_taken_back(provider, body):
    class Order:
        code, total_vnd = "OC2", -5_000

    (read,) = read_notice(provider, body(Order))

    assert read.amount_vnd == -5_000


def test_the_second_shape_of_casso_is_read():
    line = {
        "id": 1,
        "reference": "FT9",
        "description": "x",
        "amount": 5_000,
        "transactionDateTime": "2026-11-22 10:02:37",
        "accountNumber": "0011",
        "counterAccountName": "NGUOI MUA THU",
    }

    (read,) = read_notice("casso", {"error": 0, "data": line})

    assert (read.account, read.bank_reference, read.counterparty) == ("0011", "FT9", "NGUOI MUA THU")
    assert read.booked_at.isoformat() == "2026-11-22T03:02:37+00:00"
