"""The register as files, and the page that explains them."""

import csv
import fcntl
import gzip
import io
import json
import re
from datetime import date, time
from pathlib import Path

import pytest
from sqlalchemy import select, update

from catalog.models import Product
from catalog.queries import export
from catalog.spreadsheets import FORMULA_STARTS
from catalog.views import open_data
from catalog.views.register_columns import COLUMNS
from core import pieced_files
from core.db import db, transaction
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
        [row], data = rows_of(client), client.get(JSON).json
        [entry] = data["entries"]
        assert data["as_of"] == clock.today().isoformat()
        assert (entry["stars_today"] or "") == (row["stars_today"] and int(row["stars_today"]))
        assert entry["state_today"] == row["state_today"]
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


def test_blocks_are_read_as_plain_rows_with_a_handful_of_statements(client, monkeypatch):
    monkeypatch.setattr(export, "BLOCK_SIZE", 3)
    for _ in range(4):
        factories.make_register_entry()
    ids = db.session.scalars(select(Product.id)).all()
    on = date(2026, 11, 22)
    db.session.expunge_all()

    blocks = list(export.list_blocks())
    assert blocks == sorted({each // 3 for each in ids})
    for block in blocks:
        with counted() as statements:
            entries = export.list_entries(block, on)
        assert [entry.id for entry in entries] == [each for each in ids if each // 3 == block]
        assert len(statements) == 4
    assert list(db.session) == []


def test_a_file_that_is_kept_asks_the_database_nothing(client):
    factories.make_register_entry()
    client.get(CSV)

    with counted() as statements:
        assert len(rows_of(client)) == 1

    assert statements == []


def test_after_a_change_the_files_tell_it_and_only_its_block_is_read_anew(client, monkeypatch):
    monkeypatch.setattr(export, "BLOCK_SIZE", 2)
    products = [factories.make_register_entry() for _ in range(7)]
    ids, slugs = [product.id for product in products], [product.slug for product in products]
    assert len(rows_of(client)) == len(client.get(JSON).json["entries"]) == 7
    read = []
    list_entries = open_data.list_entries
    monkeypatch.setattr(
        open_data, "list_entries", lambda block, on: read.append(block) or list_entries(block, on)
    )

    with transaction():
        db.session.execute(update(Product).where(Product.id == ids[3]).values(name="Tên mới"))
    rows = rows_of(client)

    assert [row["slug"] for row in rows] == slugs
    assert [row["product"] for row in rows].count("Tên mới") == 1
    assert read == [ids[3] // 2]
    packed = client.get(JSON, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == client.get(JSON).data
    assert "Tên mới" in [entry["product"] for entry in client.get(JSON).json["entries"]]


def test_the_json_file_of_either_language_leads_to_its_own_pages(client):
    factories.make_register_entry()

    for prefix in ("", "/en", ""):
        assert client.get(prefix + JSON).json["register"] == f"http://market.test{prefix}/open-data"


def test_while_another_process_makes_the_file_people_are_asked_to_wait(client, instance_dir, monkeypatch):
    monkeypatch.setattr(pieced_files, "WAIT_SECONDS", 0)
    folder = instance_dir / "cache" / "register-csv"
    folder.mkdir(parents=True)

    with (folder / "making.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = client.get(CSV)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")
    assert "3 giây" in answer.text
    assert client.get(CSV).status_code == 200


def test_a_disk_that_takes_nothing_is_told_as_busy(client, instance_dir):
    (instance_dir / "cache").write_text("no folder")

    assert client.get(CSV).status_code == 503


def test_a_file_is_told_by_its_size_and_asking_for_the_head_sends_nothing(client):
    factories.make_register_entry()

    head, whole = client.head(CSV), client.get(CSV)

    assert head.data == b""
    assert head.headers["Content-Length"] == whole.headers["Content-Length"] == str(len(whole.data))


def test_twenty_files_a_minute_go_to_one_network_and_looks_for_changes_are_free(client, clock):
    factories.make_register_entry()
    etag = client.get(CSV).headers["ETag"]
    for _ in range(9):
        assert client.get(CSV).status_code == 200
    for _ in range(10):
        assert client.get(JSON).status_code == 200

    refused = client.get(CSV)

    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "giây" in refused.text
    assert client.get(CSV, headers={"If-None-Match": etag}).status_code == 304
    assert client.get(CSV, environ_base={"REMOTE_ADDR": "203.0.113.7"}).status_code == 200


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
