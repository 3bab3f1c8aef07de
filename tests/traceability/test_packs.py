"""Lists of codes for use without a network: the set, the signed file, who makes it and who may have it."""

import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from catalog.models import RenewalDossier
from core import clock as present
from core.db import db, transaction
from traceability.errors import InvalidPackError, SealingNotOfferedError
from traceability.models import CloneDoubt, CloneOutcome, Lot, Stamp, StampKind
from traceability.models.packs import OfflinePack
from traceability.operations.doubts import decide_doubt
from traceability.operations.packs import make_pack, make_packs, plan_pack
from traceability.operations.recalls import recall_lot
from traceability.operations.sealing import add_seal_key, publish_key_list
from traceability.operations.stamps import withdraw_stamp
from traceability.packs import PackLot, coded_set, holds_code, note_key_name, pack_content, signed_pack
from traceability.queries.packs import find_root_key
from traceability.queries.sealing import find_published_keys
from traceability.stamp_codes import new_codes
from transparency.notes import SigningKey, VerifierKey, parse_note, verify_note

SALT = bytes(range(16))
FILED = RenewalDossier(
    reference="7", filed_on=date(2026, 5, 1), recorded_at=datetime(2026, 5, 1, 3, tzinfo=UTC)
)
ROOT = SigningKey("market.test", b"\7" * 32)


@pytest.fixture
def folder(context, tmp_path):
    """The folder of a key that is published."""
    with transaction():
        add_seal_key(tmp_path, not_before=present.today(), now=present.now())
        publish_key_list(ROOT, "market.test", now=present.now())
    return tmp_path


def made(lots, folder, name="hoi-cho"):
    with transaction():
        pack = make_pack(plan_pack(name, "Hội chợ", map(db.session.merge, lots)), folder, now=present.now())
        return bytes(pack.file)


def content_of(file: bytes):
    return json.loads(file[file.index(b"\n{") + 1 :])


def holds(lot, content, code):
    from base64 import b64decode

    return holds_code(b64decode(lot["codes"]), lot["count"], b64decode(content["salt"]), code)


@settings(max_examples=60)
@given(st.lists(st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=13, max_size=13), max_size=40))
def test_a_set_holds_every_code_of_it(codes):
    count, data = coded_set(codes, SALT)

    assert count == len(set(codes))
    assert all(holds_code(data, count, SALT, code) for code in codes)


def test_a_set_holds_no_other_code_and_takes_under_22_bits_for_each():
    codes, others = new_codes(2_000), new_codes(300)

    count, data = coded_set(codes, SALT)

    assert [code for code in others if holds_code(data, count, SALT, code)] == []
    assert 21 <= len(data) * 8 / count <= 22


def test_a_written_set_is_what_it_was_when_phones_began_to_read_it():
    assert coded_set(["7K3QX9M2RVBH8", "00000000000AV"], SALT) == (2, bytes.fromhex("28d438036bc0"))


def test_an_empty_set_holds_nothing():
    assert coded_set([], SALT) == (0, b"")
    assert not holds_code(b"", 0, SALT, "7K3QX9M2RVBH8")


def test_the_signature_covers_every_byte():
    lot = PackLot(
        code="L1", name="Kẹo", name_en=None, producer=None, gtins=(), expires_on=None, stars=None,
        stars_until=None, certificates=(), recall=None, codes=["7K3QX9M2RVBH8"],
    )  # fmt: skip
    key = SigningKey(note_key_name("market.test", 1), b"\1" * 32)
    file = signed_pack(
        "market.test", "hoi-cho", pack_content("Hội chợ", [lot], SALT), key, made_at=present.now()
    )

    note = parse_note(file[: file.index("\n{") + 1])
    content = file[file.index("\n{") + 1 :]

    assert verify_note(note, [key.verifier]) == (key.verifier,)
    assert note.text.splitlines() == [
        "ocop-pack/v1",
        "market.test",
        "hoi-cho",
        "made 2026-11-22T03:00:00Z",
        f"content {sha256(content.encode()).hexdigest()}",
    ]


def test_a_list_holds_codes_in_force_with_lots_and_recalls(folder, make_product, make_lot, make_stamps):
    sound, recalled = make_lot(make_product(), expires_on=date(2027, 1, 31)), make_lot(make_product())
    held, gone, sleeping = *make_stamps(sound, count=2), make_stamps(sound, is_active=False)[0]
    of_recalled = make_stamps(recalled)[0]
    with transaction():
        withdraw_stamp(gone, reason="Mất cuộn tem", now=present.now())
        recall_lot(
            db.session.merge(recalled), reason="Mốc", instruction="Trả lại", contact="0912", now=present.now()
        )

    content = content_of(made([sound, recalled], folder))

    first, second = content["lots"]
    assert [holds(first, content, code) for code in (held, gone, sleeping, of_recalled)] == [
        True,
        False,
        False,
        False,
    ]
    assert (first["expires_on"], first["stars"], first["recall"]) == ("2027-01-31", 4, None)
    assert holds(second, content, of_recalled)
    assert second["stars"] is None
    assert second["recall"] == {
        "reason": "Mốc",
        "instruction": "Trả lại",
        "contact": "0912",
        "opened_on": "2026-11-22",
    }


def test_a_code_that_was_copied_is_in_no_list_until_it_is_cleared(folder, make_lot, make_stamps):
    lot = make_lot()
    copied, sound = make_stamps(lot, count=2)
    with transaction():
        stamp_id = db.session.scalars(select(Stamp.id).where(Stamp.code == copied)).one()
        doubt = CloneDoubt(
            stamp_id=stamp_id, grade=3, reasons="x", opened_at=present.now(), assessed_at=present.now()
        )
        db.session.add(doubt)
        db.session.flush()
        decide_doubt(doubt, CloneOutcome.CLEARED, "Nhầm", by=None, now=present.now())

    held = {}
    for outcome in (None, CloneOutcome.CONFIRMED_COPY, CloneOutcome.CLEARED):
        if outcome:
            with transaction():
                decide_doubt(
                    db.session.scalars(select(CloneDoubt)).one(), outcome, "x", by=None, now=present.now()
                )
        content = content_of(made([lot], folder))
        held[outcome] = [holds(content["lots"][0], content, code) for code in (copied, sound)]

    assert list(held.values()) == [[True, True], [False, True], [True, True]]


@pytest.mark.parametrize(
    ("certification", "stars", "until"),
    [
        ({}, 4, "2028-06-01"),
        ({"revoked_on": date(2026, 12, 1)}, 4, "2026-11-30"),
        ({"expires_on": date(2026, 11, 22)}, 4, "2026-11-22"),
        ({"expires_on": date(2026, 11, 20), "dossiers": [FILED]}, 4, "2027-05-19"),
        ({"expires_on": date(2026, 11, 21)}, None, None),
        (None, None, None),
    ],
)
def test_a_list_says_until_when_its_stars_may_be_shown(
    folder, make_product, make_lot, make_stamp, certification, stars, until
):
    lot = make_lot(make_product(certification=certification))
    make_stamp(lot)

    (told,) = content_of(made([lot], folder))["lots"]

    assert (told["stars"], told["stars_until"]) == (stars, until)


def test_a_code_for_a_whole_lot_is_in_its_list(folder, make_lot, make_stamp):
    lot = make_lot()
    code = make_stamp(lot, kind=StampKind.LOT)

    content = content_of(made([lot], folder))

    assert holds(content["lots"][0], content, code)


def test_the_file_is_signed_with_a_published_key_and_served_to_everybody(
    client, folder, make_lot, make_stamp
):
    lot = make_lot()
    make_stamp(lot)
    file = made([lot], folder)

    answer = client.get("/api/v1/offline-packs/hoi-cho")

    key = find_published_keys().keys.find(1)
    signer = VerifierKey(note_key_name("market.test", 1), key.public_key)
    assert verify_note(parse_note(file[: file.index(b"\n{") + 1]), [signer]) == (signer,)
    assert answer.data == file
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    assert (
        client.get(
            "/api/v1/offline-packs/hoi-cho", headers={"If-None-Match": answer.headers["ETag"]}
        ).status_code
        == 304
    )
    assert "Hội chợ" in client.get("/packs").text
    assert find_root_key() == ROOT.verifier.text


def test_without_a_key_nothing_is_made_and_the_old_list_stays(folder, tmp_path_factory, make_lot, make_stamp):
    lot = make_lot()
    make_stamp(lot)
    file = made([lot], folder)

    with pytest.raises(SealingNotOfferedError), transaction():
        make_packs(tmp_path_factory.mktemp("empty"), now=present.now() + timedelta(hours=1))

    assert bytes(db.session.query(OfflinePack).one().file) == file


def test_every_list_is_made_anew_with_what_is_recalled_since(folder, make_lot, make_stamp):
    lot = make_lot()
    make_stamp(lot)
    made([lot], folder)
    with transaction():
        recall_lot(db.session.merge(lot), reason="Mốc", instruction="Trả", contact="0912", now=present.now())

    with transaction():
        count = make_packs(folder, now=present.now() + timedelta(hours=1))

    pack = db.session.query(OfflinePack).one()
    assert count == 1
    assert content_of(bytes(pack.file))["lots"][0]["recall"]["reason"] == "Mốc"
    assert pack.made_at == present.now() + timedelta(hours=1)


@pytest.mark.parametrize("name", ["", "Hoi-cho", "a b", "../x", "a" * 61, "-a", "hội-chợ"])
def test_a_name_that_stands_in_no_address_is_refused(context, make_lot, name):
    lot = make_lot()

    with pytest.raises(InvalidPackError) as refused, transaction():
        plan_pack(name, "Hội chợ", [db.session.merge(lot)])

    assert refused.value.reason == "name"
    assert db.session.query(OfflinePack).count() == 0


def test_a_list_of_no_lots_is_refused(context):
    with pytest.raises(InvalidPackError), transaction():
        plan_pack("hoi-cho", "Hội chợ", [])


def test_an_unknown_list_is_not_found(client):
    assert client.get("/api/v1/offline-packs/hoi-cho").status_code == 404


def test_the_command_makes_a_list(app, folder, runner, make_lot, make_stamp, monkeypatch):
    lot = make_lot()
    make_stamp(lot)
    from dataclasses import replace

    monkeypatch.setitem(
        app.extensions, "settings", replace(app.extensions["settings"], stamp_keys_dir=folder)
    )

    told = runner.invoke(
        args=["traceability", "make-pack", "hoi-cho", "--title", "Hội chợ", "--lot", str(lot.id)]
    )

    assert told.exit_code == 0, told.output
    assert "hoi-cho: 1 mã" in told.output
    assert db.session.query(Lot).count() == 1
