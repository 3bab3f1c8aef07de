"""Looks: recorded behind the page, without anybody's address, thinned out as they age."""

import gzip
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from core import clock as present
from core.config import SettingError
from core.db import Model, db, transaction
from traceability import geoip
from traceability.looking import recorder
from traceability.models import Scan, ScanGap, ScanKey, ScanMonth, Stamp
from traceability.operations.scans import (
    Look,
    LostLooks,
    destroy_scan_keys,
    record_scans,
    summarise_scans,
    take_scan_key,
)
from traceability.queries.scan import get_scan_page
from traceability.scan_months import complete_since
from traceability.scan_recorder import ScanRecorder, UnsavedLook


class Addresses:
    """A database of addresses in memory."""

    def __init__(self, records: dict[str, object]) -> None:
        self._records = records

    def get(self, ip_address: str) -> object:
        if "." not in ip_address and ":" not in ip_address:
            raise ValueError("no address")
        return self._records.get(ip_address)


def record_of(name: str, country: str = "VN") -> dict[str, object]:
    return {"country": {"iso_code": country}, "subdivisions": [{"names": {"en": name}}]}


@pytest.fixture
def stamp_id(make_stamp):
    """The number of a stamp in force."""
    code = make_stamp()
    return db.session.scalar(select(Stamp.id).where(Stamp.code == code))


def unsaved(stamp_id: int, network: str = "203.0.113.0", agent: str = "phone") -> UnsavedLook:
    return UnsavedLook(stamp_id, present.now(), network, agent)


def saved() -> list[Scan]:
    db.session.rollback()
    return list(db.session.scalars(select(Scan).order_by(Scan.id)))


def test_no_table_of_looks_has_room_for_an_address_or_a_browser():
    names = {
        column.name
        for name, table in Model.metadata.tables.items()
        if name.startswith(("scan", "stamp"))
        for column in table.columns
    }

    told = {"ip", "agent", "ua", "address", "cookie"}
    assert not {name for name in names if told & set(name.split("_"))}


def test_a_look_keeps_its_hour_alone(client, make_stamp, clock):
    clock.set(datetime(2026, 11, 22, 3, 47, 12, tzinfo=UTC))
    client.get(f"/T/{make_stamp()}", headers={"User-Agent": "phone"})

    (scan,) = saved()

    assert scan.scanned_hour_at == datetime(2026, 11, 22, 3, tzinfo=UTC)
    assert scan.province is None
    assert len(scan.device_hash) == 16


def test_a_device_has_one_hash_a_day_and_another_one_the_next(app, stamp_id, clock):
    looks = ScanRecorder(app, None, in_background=False)
    for agent in ("phone", "phone", "other"):
        looks.add(unsaved(stamp_id, agent=agent))
    clock.move(timedelta(days=1))
    looks.add(unsaved(stamp_id))

    hashes = [scan.device_hash for scan in saved()]

    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


def test_two_processes_share_the_key_of_a_day(app, stamp_id):
    for looks in (ScanRecorder(app, None, in_background=False), ScanRecorder(app, None, in_background=False)):
        looks.add(unsaved(stamp_id))

    assert len({scan.device_hash for scan in saved()}) == 1


@pytest.mark.parametrize(
    ("record", "province"),
    [
        (record_of("Thanh Hoa Province"), "Thanh Hóa"),
        (record_of("Binh Duong"), "Hồ Chí Minh"),
        (record_of("Da Nang"), "Đà Nẵng"),
        (record_of("Bavaria", "DE"), None),
        (record_of("Nowhere"), None),
        ({"country": {"iso_code": "VN"}}, None),
        ({}, None),
        (None, None),
    ],
)
def test_an_address_becomes_the_province_of_today(record, province):
    database = Addresses({"203.0.113.0": record})

    assert geoip.find_province_name(database, "203.0.113.0") == province


def test_what_is_no_address_has_no_province():
    assert geoip.find_province_name(Addresses({}), "unknown") is None
    assert geoip.find_province_name(None, "203.0.113.0") is None


def test_a_file_that_is_no_address_database_stops_the_program(make_app, settings, tmp_path):
    file = tmp_path / "geo.mmdb"
    file.write_bytes(b"nothing of the kind")

    with pytest.raises(SettingError) as refused:
        make_app(replace(settings, geoip_db=file))

    assert refused.value.name == "GEOIP_DB"


def test_the_page_names_the_province_of_the_first_look(app, client, make_stamp):
    code = make_stamp()
    with app.app_context():
        recorder()._addresses = Addresses({"127.0.0.0": record_of("Thanh Hoa")})
    client.get(f"/T/{code}")

    answer = client.get(f"/T/{code}")

    assert "Lần đầu: 10 giờ, 22/11/2026, Thanh Hóa." in answer.text


def test_a_look_that_waits_counts_as_seen(app, make_stamp):
    code = make_stamp()
    looks = ScanRecorder(app, None, in_background=False)
    page = get_scan_page(code, on=present.today(), now=present.now(), looks=looks)
    looks._waiting.append(unsaved(page.stamp_id))
    looks._first[page.stamp_id] = looks._waiting[0]

    again = get_scan_page(code, on=present.today(), now=present.now(), looks=looks)

    assert (page.scanned_before, again.scanned_before) == (False, True)


def test_when_too_many_wait_further_ones_are_dropped_and_nothing_is_claimed(app, make_stamps, monkeypatch):
    first, second = make_stamps(count=2)
    looks = ScanRecorder(app, None, in_background=False, queue_max=1)
    monkeypatch.setattr(looks, "flush", lambda: False)
    ids = [get_scan_page(code, on=present.today(), now=present.now()).stamp_id for code in (first, second)]
    for stamp_id in ids:
        looks.add(unsaved(stamp_id))

    page = get_scan_page(second, on=present.today(), now=present.now(), looks=looks)

    assert looks.waiting_count == 1
    assert page.verdict == "valid_first"
    assert page.scanned_before is None


def test_what_was_lost_is_recorded_and_no_page_speaks_of_a_first_look_after_it(
    app, stamp_id, make_stamp, clock
):
    with transaction():
        record_scans([], LostLooks(present.now(), present.now(), 3))
    code = db.session.scalar(select(Stamp.code).where(Stamp.id == stamp_id))

    before = get_scan_page(code, on=present.today(), now=present.now())
    clock.move(timedelta(hours=1))
    after = get_scan_page(make_stamp(), on=present.today(), now=present.now())

    assert db.session.scalar(select(ScanGap.lost_count)) == 3
    assert before.scanned_before is None
    assert after.scanned_before is False


@pytest.mark.slow
def test_a_locked_database_slows_no_page_and_loses_no_look(app, make_stamp):
    code = make_stamp()
    looks = app.extensions["traceability.scans"] = ScanRecorder(app, None)
    client = app.test_client()

    with locked_database():
        began = time.perf_counter()
        answers = [client.get(f"/T/{code}") for _ in range(3)]
        seconds = time.perf_counter() - began

    wait_until(lambda: looks.waiting_count == 0)
    assert [answer.status_code for answer in answers] == [200] * 3
    assert seconds < 2
    assert len(saved()) == 3
    assert not looks.is_behind()


@contextmanager
def locked_database():
    """Somebody else writes, and takes their time."""
    with db.engine.connect().execution_options(immediate=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("LOCK TABLE scan IN EXCLUSIVE MODE")
        yield


@pytest.mark.slow
def test_looks_of_many_threads_are_all_saved_in_the_background(app, stamp_id):
    looks = ScanRecorder(app, None)
    threads = [
        threading.Thread(target=lambda: [looks.add(unsaved(stamp_id)) for _ in range(50)]) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    wait_until(lambda: looks.waiting_count == 0)
    assert len(saved()) == 400


def wait_until(is_so) -> None:
    """Until it is so, ten seconds at most."""
    gate = threading.Event()
    for _ in range(500):
        if is_so():
            return
        gate.wait(0.02)
    pytest.fail("it never was so")


def test_keys_are_destroyed_after_thirty_days(context, clock):
    with transaction():
        kept = take_scan_key(present.today(), b"k" * 32)
        take_scan_key(present.today() - timedelta(days=30), b"o" * 32)
        take_scan_key(present.today() - timedelta(days=31), b"x" * 32)

    with transaction():
        destroyed = destroy_scan_keys(now=present.now())

    assert destroyed == 1
    assert db.session.scalar(select(func.count()).select_from(ScanKey)) == 2
    with transaction():
        assert take_scan_key(present.today(), b"new" * 8) == kept


def test_looks_older_than_thirteen_months_become_counts_and_small_ones_are_withheld(stamp_id):
    old = datetime(2025, 8, 31, 17, 30, tzinfo=UTC)  # 1 September in Vietnam
    with transaction():
        record_scans([Look(stamp_id, old, "Thanh Hóa", bytes([n]) * 16) for n in range(5)])
        record_scans([Look(stamp_id, old, "Huế", bytes([n]) * 16) for n in range(4)])
        record_scans([Look(stamp_id, old, "Cà Mau", b"1" * 16) for _ in range(9)])
        record_scans([Look(stamp_id, present.now(), None, None)])

    with transaction():
        gone = summarise_scans(now=present.now())
    with transaction():
        again = summarise_scans(now=present.now())

    months = db.session.scalars(select(ScanMonth)).all()
    assert (gone, again) == (18, 0)
    assert [(month.month_on, month.province, month.scan_count) for month in months] == [
        (date(2025, 9, 1), "Thanh Hóa", 5)
    ]
    assert len(saved()) == 1


@pytest.mark.parametrize(
    ("now", "since"),
    [
        (datetime(2026, 11, 22, 3, tzinfo=UTC), datetime(2025, 9, 30, 17, tzinfo=UTC)),
        (datetime(2026, 12, 31, 17, tzinfo=UTC), datetime(2025, 11, 30, 17, tzinfo=UTC)),
    ],
)
def test_looks_are_kept_for_thirteen_whole_months(now, since):
    assert complete_since(now=now) == since


def test_compressed_and_plain_pages_tell_the_same(client, make_stamp):
    code = make_stamp()
    packed = client.get(f"/T/{code}", headers={"Accept-Encoding": "gzip", "Purpose": "prefetch"})
    plain = client.get(f"/T/{code}", headers={"Purpose": "prefetch"})

    assert gzip.decompress(packed.data) == plain.data
