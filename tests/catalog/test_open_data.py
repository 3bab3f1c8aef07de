"""The register as files, and the page that explains them."""

import csv
import gzip
import io
import json
import re
from datetime import date, time
from pathlib import Path

import pytest

from catalog.models import Certification, Product
from catalog.queries import export
from catalog.spreadsheets import FORMULA_STARTS
from catalog.views.register_columns import COLUMNS
from core.db import db
from tests import factories
from tests.support.statements import counted

pytestmark = pytest.mark.usefixtures("db_session")

CSV, JSON = "/open-data/register.csv", "/open-data/register.json"
DOCS = Path(__file__).resolve().parents[2] / "docs" / "api.md"


def rows_of(client):
    return list(csv.DictReader(io.StringIO(client.get(CSV).data.decode("utf-8-sig"))))


def test_only_recognised_products_that_are_real_and_listed_are_in_it(client):
    factories.make_register_entry(slug="that")
    factories.make_register_entry(slug="trinh-dien", is_demonstration=True)
    factories.make_register_entry(slug="da-an", is_listed=False)
    factories.make_register_entry(slug="chua-cong-nhan", certification=None)

    assert [row["slug"] for row in rows_of(client)] == ["that"]
    assert [entry["slug"] for entry in client.get(JSON).json["entries"]] == ["that"]


def test_an_entry_says_source_decision_dates_state_and_both_addresses(client):
    factories.make_register_entry(slug="mam", name="Mắm ruốc")

    [row] = rows_of(client)

    assert row["product"] == "Mắm ruốc"
    assert (row["decision_number"], row["decided_on"], row["expires_on"]) == (
        "123/QĐ-UBND",
        "2025-06-01",
        "2028-06-01",
    )
    assert (row["stars_today"], row["state_today"], row["stars_recorded"]) == ("4", "in_force", "4")
    assert (row["source_publisher"], row["source_title"], row["source_url"]) == ("Báo Đồng Khởi", "", "")
    assert row["address_certified"] == "Phường 7, Thành phố Bến Tre, Tỉnh Bến Tre"
    assert row["address_today"] == "Phường Bến Tre, Tỉnh Vĩnh Long"


def test_both_files_have_the_same_columns_and_values(client):
    for facts in ({}, {"decided_on": None, "decision_number": None, "expires_on": None}, {"stars": 5}):
        factories.make_register_entry(certification=facts)

    entries = client.get(JSON).json["entries"]

    assert [list(entry) for entry in entries] == [[column.name for column in COLUMNS]] * 3
    told = [{name: "" if value is None else str(value) for name, value in entry.items()} for entry in entries]
    assert told == rows_of(client)


def test_excel_is_told_the_alphabet_and_gets_no_formula(client):
    for number, sign in enumerate(FORMULA_STARTS):
        factories.make_register_entry(name=f"{sign}HYPERLINK({number})")

    data = client.get(CSV).data

    assert data.startswith("\ufeff".encode())
    names = [row["product"] for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))]
    assert len(names) == len(FORMULA_STARTS)
    assert not [name for name in names if name.startswith(FORMULA_STARTS)]
    assert all(name.startswith("'") for name in names)


def test_stars_of_the_files_go_at_midnight(client, clock):
    factories.make_register_entry(certification={"expires_on": date(2026, 11, 22)})

    def told():
        [row] = rows_of(client)
        return row["stars_today"], row["state_today"]

    clock.set_vietnam(date(2026, 11, 22), time(23, 59, 59))
    etag = client.get(CSV).headers["ETag"]
    assert told()[0] == "4"
    assert client.get(CSV, headers={"If-None-Match": etag}).status_code == 304

    clock.set_vietnam(date(2026, 11, 23), time(0, 0))
    assert told() == ("", "expired")
    assert client.get(CSV, headers={"If-None-Match": etag}).status_code == 200


def test_files_are_named_by_their_day_compressed_on_request_and_open_to_every_site(client):
    factories.make_register_entry()

    answer = client.get(JSON, headers={"Accept-Encoding": "gzip"})

    assert json.loads(gzip.decompress(answer.data))["as_of"] == "2026-11-22"
    assert 'filename="ocop-register-2026-11-22.json"' in answer.headers["Content-Disposition"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers


def test_an_empty_register_is_a_file_too(client):
    assert rows_of(client) == []
    assert client.get(JSON).json["entries"] == []


def test_it_is_read_in_batches_that_are_forgotten(client, monkeypatch):
    monkeypatch.setattr(export, "BATCH_SIZE", 2)
    for _ in range(5):
        factories.make_register_entry()

    with counted() as statements:
        seen = []
        for batch in export.iter_register(date(2026, 11, 22)):
            seen += [entry.slug for entry in batch]
            held = [row for row in db.session if isinstance(row, Product | Certification)]
            assert len(held) <= 4

    assert len(seen) == len(set(seen)) == 5
    assert len(statements) == 3 * 4 + 1


def test_the_page_explains_every_column_in_both_languages(client):
    factories.make_register_entry()

    for path in ("/open-data", "/en/open-data"):
        page = client.get(path)
        assert page.status_code == 200
        for column in COLUMNS:
            assert f">{column.name}<" in page.text
        assert f'{path.removesuffix("/open-data")}/open-data/register.csv"' in page.text


def test_the_documentation_names_every_column():
    described = re.findall(r"^\| `([a-z0-9_]+)` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)

    assert set(described) >= {column.name for column in COLUMNS}
