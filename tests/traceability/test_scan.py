"""Typing a code, and telling us about a stamp."""

import re

import pytest
from sqlalchemy import select

from core.db import db
from tests.traceability.conftest import GTIN, OTHER_GTIN
from traceability.forms import read_code
from traceability.models import StampReport
from traceability.stamp_codes import grouped

SEAL = "0" * 106 + "A0"
"""The shape of a seal, made by nobody."""


@pytest.mark.parametrize(
    ("typed", "code", "foreign"),
    [
        ("7K3Q-X9M2-RVBH-8", "7K3Q-X9M2-RVBH-8", None),
        (" 7k3q x9m2 rvbh 8 ", "7k3q x9m2 rvbh 8", None),
        ("https://CHO.VN/T/7K3QX9M2RVBH8", "7K3QX9M2RVBH8", None),
        ("https://cho.vn/en/T/7K3QX9M2RVBH8?x=1", "7K3QX9M2RVBH8", None),
        ("https://cho.vn/01/09521234500018/10/L1/21/7K3QX9M2RVBH8", "7K3QX9M2RVBH8", None),
        ("https://evil.example/T/7K3QX9M2RVBH8", "", "evil.example"),
        ("//evil.example/T/7K3QX9M2RVBH8", "", "evil.example"),
        ("https://cho.vn.evil.example/T/7K3QX9M2RVBH8", "", "cho.vn.evil.example"),
        ("https://cho.vn@evil.example/T/7K3QX9M2RVBH8", "", "evil.example"),
        ("http://[oops/T/7K3QX9M2RVBH8", "", "http://[oops/T/7K3QX9M2RVBH8"),
        (f"https://cho.vn/{SEAL}/T/7K3QX9M2RVBH8", "7K3QX9M2RVBH8", None),
        ("https://cho.vn/fairs/7K3QX9M2RVBH8", "", None),
    ],
)
def test_what_is_typed_or_scanned_is_a_code_or_somebody_elses_address(typed, code, foreign):
    found = read_code(typed, "cho.vn")

    assert (found.code, found.foreign_host) == (code, foreign)


@pytest.mark.parametrize(
    "path",
    [
        "/T/7K3QX9M2RVBH8",
        "/en/T/7K3QX9M2RVBH8",
        f"/{SEAL}/T/7K3QX9M2RVBH8",
        f"/{SEAL.lower()}/01/09521234500018/10/L1/21/7K3QX9M2RVBH8",
        f"/en/{SEAL}/01/09521234500018/10/L1/21/7K3QX9M2RVBH8",
        "/01/09521234500018/10/L1",
        "/01/09521234500019/10/A%2FB/21/7K3QX9M2RVBH8",
    ],
)
def test_a_scanned_address_of_ours_is_opened_as_it_stands(client, path):
    """A camera would open it so: the seal, GTIN and lot around a real code are looked at as well."""
    answer = client.get("/scan", query_string={"code": f" http://Market.test{path}?x=1#y "})
    english = client.get("/en/scan", query_string={"code": f"http://market.test{path}"})

    assert answer.headers["Location"] == path
    assert english.headers["Location"] == f"/en{path.removeprefix('/en')}"


def test_a_forged_seal_and_another_lot_around_a_real_code_are_told_by_the_scanner(
    client, make_lot, make_product, make_stamp
):
    code = make_stamp(make_lot(make_product(gtin=GTIN)))
    told = {}
    for path in (f"/{SEAL}/T/{code}", f"/01/{GTIN}/10/OTHER/21/{code}", f"/01/{OTHER_GTIN}/21/{code}"):
        page = client.get("/scan", query_string={"code": f"http://market.test{path}"}, follow_redirects=True)
        told[path] = re.findall(r'data-verdict="(\w+)"', page.text)

    assert list(told.values()) == [["bad_seal"], ["unknown"], ["unknown"]]


def test_a_typed_code_leads_to_its_page(client, make_stamp):
    code = make_stamp()

    answer = client.get("/scan", query_string={"code": f" {grouped(code).lower()} "})

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/T/{code}"


@pytest.mark.parametrize(
    "typed",
    [
        *("https://evil.example/x", "//evil.example", "", "  ", "---"),
        *("http://market.test//evil.example/T/7K3QX9M2RVBH8", "http://market.test/x/T/7K3QX9M2RVBH8"),
        *(f"http://market.test/{SEAL[1:]}/T/7K3QX9M2RVBH8", f"https://evil.example/{SEAL}/T/7K3QX9M2RVBH8"),
    ],
)
def test_no_code_leads_back_to_the_form_and_nowhere_else(client, typed):
    answer = client.get("/scan", query_string={"code": typed})

    assert answer.status_code == 422
    assert "Location" not in answer.headers


@pytest.mark.parametrize("typed", ["/\\evil.example", "../admin", "\\\\evil", "javascript:alert(1)", "a/b/c"])
def test_whatever_is_typed_stays_on_this_site(client, typed):
    answer = client.get("/scan", query_string={"code": typed})

    assert answer.headers.get("Location", "/T/").startswith("/T/")


@pytest.mark.parametrize("path", ["/scan", "/en/scan", "/T/", "/T", "/en/T/"])
def test_the_form_stands_where_pages_send_people(client, path):
    answer = client.get(path)

    assert answer.status_code == 200
    assert 'name="code"' in answer.text


def test_only_the_form_may_run_the_barcode_reader(client):
    form, other = client.get("/scan"), client.get("/T/7K3Q")

    assert "script-src 'self' 'wasm-unsafe-eval'" in form.headers["Content-Security-Policy"]
    assert "wasm-unsafe-eval" not in other.headers["Content-Security-Policy"]


def send_report(client, code, **sent):
    page = client.get(f"/T/{code}/report").text
    hidden = dict(re.findall(r'name="(csrf_token|submission_key)" value="([^"]+)"', page))
    return client.post(f"/T/{code}/report", data=hidden | sent), hidden


def test_a_report_is_recorded_and_thanked_for(client, make_stamp):
    code = make_stamp()

    answer, _ = send_report(client, code, message="Tem dán đè", contact="0912 345 678")
    thanks = client.get(answer.headers["Location"])

    report = db.session.scalars(select(StampReport)).one()
    assert answer.status_code == 303
    assert (report.code, report.message, report.contact) == (code, "Tem dán đè", "0912 345 678")
    assert "Cảm ơn bạn" in thanks.text


def test_a_report_sent_twice_is_one(client, make_stamp):
    code = make_stamp()
    _, hidden = send_report(client, code, message="Tem dán đè")

    again = client.post(f"/T/{code}/report", data=hidden | {"message": "Tem dán đè"})

    assert again.status_code == 303
    assert len(db.session.scalars(select(StampReport)).all()) == 1


@pytest.mark.parametrize(
    "sent", [{"message": " "}, {"message": "x" * 2_001}, {"message": "ok", "contact": "x" * 101}]
)
def test_a_report_that_cannot_be_kept_comes_back_with_what_was_written(client, make_stamp, sent):
    answer, _ = send_report(client, make_stamp(), **sent)

    assert answer.status_code == 422
    assert "<title>Lỗi:" in answer.text
    assert sent["message"].strip() in answer.text
    assert db.session.scalars(select(StampReport)).all() == []


def test_a_report_from_another_site_is_refused(client, make_stamp):
    answer = client.post(f"/T/{make_stamp()}/report", data={"message": "x"})

    assert answer.status_code == 400
    assert db.session.scalars(select(StampReport)).all() == []
