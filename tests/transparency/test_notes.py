"""Signed notes: against published cases, and against whoever forges or damages one."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.vectors import note_cases, vectors_json
from transparency.notes import (
    KeyKind,
    MalformedKeyError,
    MalformedNoteError,
    SigningKey,
    UnverifiedNoteError,
    WrongSignatureError,
    cosigned_seconds,
    new_key,
    parse_note,
    parse_signing_key,
    parse_verifier_key,
    sign_note,
    verify_note,
)

TEXT = "Nhật ký\n\n3\n"
LOG = SigningKey("ocop.example/log", bytes(range(32)))
WITNESS = SigningKey("so-nong-nghiep.example", bytes(range(32, 64)), KeyKind.COSIGNATURE)
AT = datetime(2026, 11, 22, 3, tzinfo=UTC)


def test_a_note_is_read_as_it_was_signed():
    note = sign_note(TEXT, LOG, WITNESS, at=AT)

    read = parse_note(note.signed_text.encode())

    assert read == note
    assert read.text == TEXT
    assert verify_note(read, [LOG.verifier, WITNESS.verifier]) == (LOG.verifier, WITNESS.verifier)
    assert cosigned_seconds(read.signatures[1]) == int(AT.timestamp())


def test_keys_are_read_as_they_are_written_and_hide_their_secret():
    for key in (LOG, WITNESS, new_key("a/b")):
        assert parse_signing_key(key.text) == key
        assert parse_verifier_key(key.verifier.text) == key.verifier
        assert key.seed.hex() not in repr(key)
    for text in (
        LOG.text,
        LOG.verifier.text[:-1],
        LOG.verifier.text.replace("ocop", "okop"),
        "x+00000000+AA==",
        "",
    ):
        with pytest.raises(MalformedKeyError):
            parse_verifier_key(text)
    with pytest.raises(MalformedKeyError):
        parse_signing_key(LOG.verifier.text)
    for name in ("", "a b", "a+b", "a\u00a0b"):
        with pytest.raises(MalformedKeyError):
            new_key(name)


def test_who_is_not_known_is_passed_over_and_nobody_known_is_nobody():
    note = sign_note(TEXT, new_key("somebody"), LOG)

    assert verify_note(note, [LOG.verifier]) == (LOG.verifier,)
    with pytest.raises(UnverifiedNoteError):
        verify_note(note, [WITNESS.verifier])
    with pytest.raises(UnverifiedNoteError):
        verify_note(note, [new_key(LOG.name).verifier])


def test_a_cosignature_of_another_time_or_text_does_not_hold():
    line = sign_note(TEXT, WITNESS, at=AT).signatures[0]
    later = int(AT.timestamp() + 1).to_bytes(8) + line.value[8:]
    forged = sign_note(TEXT, LOG).signed_text + type(line)(line.name, line.key_id, later).line

    with pytest.raises(WrongSignatureError):
        verify_note(parse_note(forged), [LOG.verifier, WITNESS.verifier])
    with pytest.raises(ValueError, match="states when"):
        sign_note(TEXT, WITNESS)


@given(st.integers(0, 10_000), st.integers(0, 7))
def test_no_bit_of_a_note_can_be_changed(place, bit):
    whole = bytearray(sign_note(TEXT, LOG).signed_text.encode())
    whole[place % len(whole)] ^= 1 << bit

    with pytest.raises((MalformedNoteError, WrongSignatureError, UnverifiedNoteError)):
        verify_note(parse_note(bytes(whole)), [LOG.verifier])


@pytest.mark.parametrize("text", ["", "no end", "tab\t\n", "cr\r\n"])
def test_no_other_text_is_signed(text):
    with pytest.raises(MalformedNoteError):
        sign_note(text, LOG)


def test_published_cases_of_notes():
    cases = vectors_json("tlog-notes", "tlog-vectors.json")

    told = [(case["name"], _found(case), case.get("error") or case["verified"]) for case in cases["notes"]]
    assert [each for each in told if each[1] != each[2]] == []
    for text in cases["bad_vkeys"]:
        with pytest.raises(MalformedKeyError):
            parse_verifier_key(text)
    signer = cases["signer"]
    assert sign_note(signer["text"], parse_signing_key(signer["skey"])).signed_text == signer["signed"]
    note_cases("tlog-notes", len(cases["notes"]) + len(cases["bad_vkeys"]) + 1)


def _found(case):
    try:
        note = parse_note(case["note"])
        return [key.name for key in verify_note(note, [parse_verifier_key(text) for text in case["vkeys"]])]
    except MalformedNoteError:
        return "malformed note"
    except WrongSignatureError:
        return "invalid signature"
    except UnverifiedNoteError:
        return "no verifiable signatures"
