"""The verdict for programs."""

import pytest

from core import clock as present
from core.db import db, transaction
from tests.traceability.conftest import GTIN
from traceability.models import StampKind
from traceability.operations.recalls import recall_lot
from traceability.operations.stamps import withdraw_stamp
from traceability.stamp_codes import check_character

NEVER_ISSUED = "7K3QX9M2RVBH" + check_character("7K3QX9M2RVBH")


def test_a_stamp_in_force_with_all_behind_it(client, make_product, make_lot, make_stamp):
    code = make_stamp(make_lot(make_product(gtin=GTIN)))

    answer = client.get(f"/api/v1/stamps/{code.lower()}")
    data = answer.get_json()

    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    assert (data["code"], data["verdict"], data["scanned_before"]) == (code, "valid_first", False)
    assert data["product"]["name"] == "Măng cụt sấy An Sơn"
    assert data["product"]["stars"] == 4
    assert data["lot"]["code"] == "L2611"
    assert data["lot"]["place"]["former_province"] == "Bình Dương"
    assert data["certification"]["state"] == "in_force"
    assert data["certification"]["decision_number"] == "123/QĐ-UBND"


def test_a_second_look_says_when_the_first_was(client, make_stamp):
    code = make_stamp()
    client.get(f"/T/{code}")

    data = client.get(f"/api/v1/stamps/{code}").get_json()

    assert (data["verdict"], data["scanned_before"]) == ("valid_again", True)
    assert data["first_scan"] == {"hour": "2026-11-22T03:00Z", "province": None}


def test_a_lot_code_says_that_it_is_one(client, make_stamp):
    data = client.get(f"/api/v1/stamps/{make_stamp(kind=StampKind.LOT)}").get_json()

    assert (data["verdict"], data["is_lot_code"]) == ("lot_code", True)


def test_a_recall_is_told_with_what_to_do(client, make_lot, make_stamp):
    lot = make_lot()
    code = make_stamp(lot)
    with transaction():
        recall_lot(
            db.session.merge(lot), reason="Nấm", instruction="Trả lại", contact="0912", now=present.now()
        )

    data = client.get(f"/api/v1/stamps/{code}").get_json()

    assert data["verdict"] == "recalled"
    assert data["lot"]["recall"]["instruction"] == "Trả lại"
    assert data["lot"]["recall"]["opened_on"] == "2026-11-22"


@pytest.mark.parametrize(
    ("code", "verdict"),
    [(NEVER_ISSUED, "unknown"), ("7K3Q", "mistyped"), (NEVER_ISSUED[:-2] + "00", "mistyped")],
)
def test_codes_that_are_not_known_are_problems_with_a_verdict(client, code, verdict):
    answer = client.get(f"/api/v1/stamps/{code}", headers={"Accept-Language": "en"})
    data = answer.get_json(force=True)

    assert answer.status_code == data["status"] == 404
    assert answer.content_type == "application/problem+json"
    assert data["verdict"] == verdict
    assert data["product"] is data["lot"] is data["certification"] is data["scanned_before"] is None
    assert data["detail"]


def test_a_withdrawn_code_answers_410_and_still_tells_its_goods(client, make_stamp):
    code = make_stamp()
    with transaction():
        withdraw_stamp(code, reason="Rách", now=present.now())

    answer = client.get(f"/api/v1/stamps/{code}")
    data = answer.get_json(force=True)

    assert answer.status_code == 410
    assert (data["verdict"], data["withdrawn_reason"], data["withdrawn_on"]) == (
        "withdrawn",
        "Rách",
        "2026-11-22",
    )
    assert data["lot"]["code"] == "L2611"


def test_what_could_not_be_checked_carries_no_verdict(client, make_stamp, monkeypatch):
    code = make_stamp()
    monkeypatch.setattr(
        "traceability.queries.scan.find_row", lambda _code: db.session.execute(db.text("SELECT oops"))
    )

    answer = client.get(f"/api/v1/stamps/{code}")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "verdict" not in answer.get_json(force=True)


def test_page_and_data_never_disagree(client, make_stamps):
    import re

    for code in make_stamps(count=3):
        data = client.get(f"/api/v1/stamps/{code}", headers={"Purpose": "prefetch"}).get_json()
        page = client.get(f"/T/{code}", headers={"Purpose": "prefetch"}).text
        assert data["verdict"] == re.search(r'data-verdict="(\w+)"', page)[1]
