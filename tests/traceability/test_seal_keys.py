"""Keys of seals: made, published, revoked; sealed addresses answered."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core import clock
from core.db import db, transaction
from tests.traceability.conftest import GTIN, Make
from traceability.errors import InvalidSealKeyError, SealingNotOfferedError
from traceability.models import SealKey, Stamp, StampRun
from traceability.operations import sealing
from traceability.operations.sealing import (
    add_seal_key,
    create_root_key,
    publish_key_list,
    read_root_key,
    revoke_seal_key,
    sealed_addresses,
)
from traceability.operations.stamps import RunOrder, issue_run
from traceability.queries.sealing import find_published_keys, list_seal_keys
from traceability.seal_keys import parse_key_list
from transparency.models import LogEntry
from transparency.notes import parse_note, verify_note

BASE = "http://127.0.0.1:8000"


@pytest.fixture
def keys(context: None, tmp_path: Path) -> Path:
    """A folder with a root key and one published key, number 1."""
    root = create_root_key(tmp_path / "root.key", "ocop.example")
    with transaction():
        add_seal_key(tmp_path, not_before=clock.today(), now=clock.now())
        publish_key_list(root, "ocop.example", now=clock.now())
    return tmp_path


def publish(folder: Path) -> None:
    with transaction():
        publish_key_list(read_root_key(folder / "root.key"), "ocop.example", now=clock.now())


def sealed_run(make_lot: Make, count: int = 2, **product: object) -> StampRun:
    lot = make_lot(**product)
    with transaction():
        return issue_run(lot, count, RunOrder(is_sealed=True), by_id=None, now=clock.now())


def addresses(run: StampRun, folder: Path | None, **how: object) -> list[str]:
    how = {"on": clock.today()} | how
    codes = db.session.scalars(select(Stamp.code).where(Stamp.run_id == run.id).order_by(Stamp.number))
    return [url for _code, url in sealed_addresses(run, codes.all(), BASE, folder, **how)]


def path_of(url: str) -> str:
    return urlsplit(url).path


def test_a_published_list_is_a_note_that_the_root_key_signed(keys: Path, client: FlaskClient) -> None:
    answer = client.get("/.well-known/ocop-stamp-keys")

    note = parse_note(answer.data)
    assert verify_note(note, [read_root_key(keys / "root.key").verifier])
    assert [key.kid for key in parse_key_list(note.text).keys] == [1]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in answer.headers
    again = client.get("/.well-known/ocop-stamp-keys", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert (
        db.session.scalar(select(LogEntry.subject).where(LogEntry.kind == "key_list.published"))
        == "key_list:1"
    )


def test_without_a_list_there_is_none(client: FlaskClient) -> None:
    assert client.get("/.well-known/ocop-stamp-keys").status_code == 404


def test_private_keys_are_files_that_only_their_owner_reads(keys: Path) -> None:
    file = keys / "stamp-1.key"

    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(InvalidSealKeyError):
        create_root_key(keys / "root.key", "ocop.example")
    stored = repr(db.session.execute(select(SealKey.__table__)).all())
    assert file.read_text().strip().rpartition("+")[2] not in stored


def test_a_sealed_address_opens_the_page_of_its_stamp(
    keys: Path, make_lot: Make, client: FlaskClient
) -> None:
    url = addresses(sealed_run(make_lot), keys)[0]
    answer = client.get(path_of(url))

    assert len(path_of(url)) == 1 + 108 + len("/T/7K3QX9M2RVBH8")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert client.get(path_of(url).lower() + "/").status_code == 200
    assert client.get("/en" + path_of(url)).status_code == 200


def test_an_address_of_gs1_is_sealed_in_its_stem(
    keys: Path, make_lot: Make, make_product: Make, client: FlaskClient
) -> None:
    run = sealed_run(make_lot, product=make_product(gtin=GTIN))
    path = path_of(addresses(run, keys)[1])

    assert path[109:].startswith(f"/01/{GTIN}/10/L2611/21/")
    answer = client.get(path)
    assert (answer.status_code, "Location" in answer.headers) == (200, False)


def test_a_changed_seal_or_path_is_told_and_shows_no_goods_that_nobody_sealed(
    keys: Path, make_lot: Make, client: FlaskClient
) -> None:
    first, second = (path_of(url) for url in addresses(sealed_run(make_lot), keys))
    flipped = first[:40] + ("0" if first[40] != "0" else "1") + first[41:]
    swapped = first[:109] + second[109:]

    said = {path: look(path) for path in (first, flipped, swapped, first[:109] + "/T/0000000000000")}

    assert [said[path] for path in said] == ["valid_first", "bad_seal", "bad_seal", "bad_seal"]


def look(path: str) -> str:
    from traceability.queries.scan import SealedAddress, get_scan_page

    page = get_scan_page(
        path.rpartition("/")[2],
        on=clock.today(),
        now=clock.now(),
        sealed=SealedAddress(path[1:109], path[109:]),
    )
    return page.verdict.value


def look_plain(url: str) -> str:
    from traceability.queries.scan import get_scan_page

    return get_scan_page(url.rpartition("/")[2], on=clock.today(), now=clock.now()).verdict.value


def test_a_seal_on_a_stamp_that_was_never_sealed_is_as_bad(keys: Path, make_lot: Make) -> None:
    path = path_of(addresses(sealed_run(make_lot), keys)[0])
    lot = make_lot(code="PLAIN")
    with transaction():
        plain = issue_run(lot, 1, RunOrder(), by_id=None, now=clock.now())
    code = db.session.scalar(select(Stamp.code).where(Stamp.run_id == plain.id))
    seed = sealing.read_private_key(keys, 1)
    forged = sealing.seal_of(seed, 1, 330, f"/T/{code}")

    assert look(path) == "valid_first"
    assert look(f"/{forged}/T/{code}") == "bad_seal"


def test_a_revoked_key_seals_no_more_and_is_published_as_such(keys: Path, make_lot: Make) -> None:
    run = sealed_run(make_lot)
    with transaction():
        revoke_seal_key(1, reason="Lộ khoá", now=clock.now())
    publish(keys)

    published = find_published_keys()
    assert published is not None
    assert published.keys.keys[0].revoked_on == clock.today()
    with pytest.raises(SealingNotOfferedError):
        sealed_run(lambda: run.lot)
    with transaction(), pytest.raises(InvalidSealKeyError):
        revoke_seal_key(1, reason="Lộ khoá", now=clock.now())


@pytest.mark.parametrize(
    ("prefix", "told"),
    [("", "Khóa của chữ ký trên tem đã bị thu hồi"), ("/en", "was revoked: the seal proves")],
)
def test_a_revoked_key_is_told_beside_the_verdict(
    keys: Path, make_lot: Make, client: FlaskClient, prefix: str, told: str
) -> None:
    path = path_of(addresses(sealed_run(make_lot), keys)[0])
    before = client.get(prefix + path).text
    with transaction():
        revoke_seal_key(1, reason="Lộ khoá", now=clock.now())
    publish(keys)

    after, without_seal = client.get(prefix + path).text, client.get(prefix + path[109:]).text

    assert 'data-verdict="valid_' in after
    assert [text.count(told) for text in (before, after, without_seal)] == [0, 1, 0]
    assert "tag tone-warn" in after.partition("</section>")[0].partition("data-verdict")[2]


def test_nothing_is_sealed_with_a_revoked_key_and_the_run_can_be_printed_without_seals(
    keys: Path, make_lot: Make
) -> None:
    run = sealed_run(make_lot)
    with transaction():
        revoke_seal_key(1, reason="Lộ khoá", now=clock.now())

    with pytest.raises(SealingNotOfferedError) as refused:
        addresses(run, keys)

    plain = addresses(run, None, without_seal=True)
    assert (refused.value.reason, refused.value.kid) == ("revoked", 1)
    assert [len(path_of(url)) for url in plain] == [len("/T/7K3QX9M2RVBH8")] * 2
    assert look_plain(plain[0]) == "valid_first"


def test_nothing_is_sealed_whose_month_or_key_is_over(keys: Path, make_lot: Make) -> None:
    short = sealed_run(make_lot)
    long = sealed_run(make_lot, code="L9", expires_on=clock.today() + timedelta(days=9_000))
    (key,) = list_seal_keys()
    last = {short.id: sealing.last_day(short.seal_month or 0), long.id: key.not_after}

    for run in (short, long):
        assert len(addresses(run, keys, on=last[run.id])) == 2
        with pytest.raises(SealingNotOfferedError) as refused:
            addresses(run, keys, on=last[run.id] + timedelta(days=1))
        assert refused.value.reason == "over"


def test_the_newest_key_seals_and_older_seals_go_on_counting(keys: Path, make_lot: Make) -> None:
    old = path_of(addresses(sealed_run(make_lot), keys)[0])
    with transaction():
        add_seal_key(keys, not_before=clock.today(), now=clock.now())
    assert sealed_run(make_lot, code="L2").seal_kid == 1
    publish(keys)

    new = sealed_run(make_lot, code="L3")

    assert new.seal_kid == 2
    assert (look(old), look(path_of(addresses(new, keys)[0]))) == ("valid_first", "valid_first")


def test_without_its_file_a_run_can_be_ordered_but_not_printed(
    keys: Path, make_lot: Make, tmp_path: Path
) -> None:
    (keys / "stamp-1.key").rename(keys / "away.key")

    run = sealed_run(make_lot)

    for folder in (None, keys, keys / "nowhere"):
        with pytest.raises(SealingNotOfferedError):
            addresses(run, folder)


def test_no_run_is_sealed_where_no_key_is_published(make_lot: Make) -> None:
    lot = make_lot()
    with transaction(), pytest.raises(SealingNotOfferedError):
        issue_run(lot, 2, RunOrder(is_sealed=True), by_id=None, now=clock.now())

    assert db.session.scalar(select(StampRun.id)) is None


def test_a_seal_outlives_the_goods_by_a_year_but_not_its_key(keys: Path, make_lot: Make) -> None:
    run = sealed_run(make_lot, expires_on=clock.today() + timedelta(days=31))
    long = sealed_run(make_lot, code="L9", expires_on=clock.today() + timedelta(days=9_000))

    key = find_published_keys()
    assert key is not None
    assert (run.seal_month, long.seal_month) == (
        sealing.month_of(clock.today() + timedelta(days=31 + 366)),
        sealing.month_of(key.keys.keys[0].not_after),
    )


def test_commands_make_publish_rotate_and_revoke_keys(
    make_app: Make, settings: object, tmp_path: Path
) -> None:
    from dataclasses import replace

    app: Flask = make_app(replace(settings, stamp_keys_dir=tmp_path))  # type: ignore[type-var]
    run = app.test_cli_runner().invoke
    root = str(tmp_path / "root.key")

    def told(*args: str) -> tuple[int, str]:
        result = run(args=["traceability", "seal-keys", *args, "--language", "en"])
        return result.exit_code, result.output.splitlines()[-1]

    assert told("publish", "--root", root) == (1, f"Error: {root} holds no root key.")
    assert told("create-root", root)[0] == 0
    assert told("publish", "--root", root) == (
        1,
        "Error: There is no key yet: make one with `seal-keys add`.",
    )
    assert told("add") == (0, "Key 1 made. Publish the list.")
    assert told("add", "--from", "2026-05-02", "--until", "2026-05-01")[0] == 1
    assert told("rotate", "--root", root) == (0, "Key 2 made and published.")
    assert told("revoke", "1", "--reason", "Lộ")[0] == 0
    assert told("publish", "--root", root)[0] == 0
    with app.app_context():
        published = find_published_keys()
        assert published is not None
        assert [(key.kid, key.revoked_on is None) for key in published.keys.keys] == [(1, False), (2, True)]
