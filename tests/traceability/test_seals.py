"""Seals of stamps and the list of their keys: every flipped bit is found, what a key may still say is told apart."""

from datetime import UTC, date, datetime

import pytest

from core.ed25519 import is_signed, public_of
from tests.support.vectors import note_cases, vectors_json
from traceability.seal_keys import KeyList, key_list_text, parse_key_list
from traceability.seals import (
    SEAL_LENGTH,
    KeyFacts,
    SealVerdict,
    last_day,
    month_of,
    parse_seal,
    seal_of,
    verify,
)
from traceability.stamp_codes import ALPHABET

SEED = bytes(range(32))
PATH = "/01/09520123456788/10/L260115/21/7K3QX9M2RVBH8"
TODAY = date(2026, 11, 22)
MONTH = month_of(date(2028, 2, 1))
KEY = KeyFacts(7, public_of(SEED), date(2026, 1, 1), date(2030, 12, 31))


def verdict(seal: str, path: str = PATH, key: KeyFacts | None = KEY, on: date = TODAY) -> SealVerdict | None:
    parsed = parse_seal(seal)
    return parsed and verify(parsed, path, lambda kid: key if key and kid == key.kid else None, on)


def test_a_seal_has_its_length_and_says_its_key_and_month() -> None:
    seal = seal_of(SEED, 7, MONTH, PATH)

    parsed = parse_seal(seal)

    assert len(seal) == SEAL_LENGTH
    assert parsed is not None
    assert (parsed.kid, parsed.month, len(parsed.signature)) == (7, 337, 64)
    assert seal == seal_of(SEED, 7, MONTH, PATH)
    assert verdict(seal) is SealVerdict.OK


def test_a_seal_is_signed_over_exactly_the_bytes_that_are_promised() -> None:
    parsed = parse_seal(seal_of(SEED, 7, MONTH, "/T/7K3QX9M2RVBH8"))

    assert parsed is not None
    message = b"OCOP-STAMP-v1\n" + bytes([7, 1, 81]) + b"\n/T/7K3QX9M2RVBH8"
    assert is_signed(KEY.public_key, message, parsed.signature)


def test_small_letters_and_a_slash_at_the_end_are_the_same_address() -> None:
    seal = seal_of(SEED, 7, MONTH, "/01/09520123456788/10/lot-a/21/7K3QX9M2RVBH8")

    assert verdict(seal.lower(), "/01/09520123456788/10/LOT-A/21/7k3qx9m2rvbh8/") is SealVerdict.OK


def test_each_flipped_bit_of_the_seal_is_found() -> None:
    seal = seal_of(SEED, 7, MONTH, PATH)
    wrong = []
    for at, character in enumerate(seal):
        for bit in range(5):
            other = ALPHABET[ALPHABET.index(character) ^ (1 << bit)]
            said = verdict(seal[:at] + other + seal[at + 1 :])
            # The first eight bits are the key's number, the last four are always zero.
            if 5 * at + 4 - bit < 8:
                expected = SealVerdict.UNKNOWN_KEY
            else:
                expected = None if 5 * at + 4 - bit >= 536 else SealVerdict.BAD
            wrong += [(at, bit, said)] if said is not expected else []

    assert wrong == []


def test_each_changed_character_of_the_path_is_found() -> None:
    seal = seal_of(SEED, 7, MONTH, PATH)
    changed = [PATH[:at] + chr(ord(PATH[at]) ^ 1) + PATH[at + 1 :] for at in range(len(PATH))]

    assert {verdict(seal, path) for path in changed} == {SealVerdict.BAD}
    assert verdict(seal, PATH + "0") is SealVerdict.BAD
    assert verdict(seal, PATH[:-1]) is SealVerdict.BAD
    assert verdict(seal, PATH + "é") is SealVerdict.BAD


@pytest.mark.parametrize(
    ("key", "on", "said"),
    [
        (None, TODAY, SealVerdict.UNKNOWN_KEY),
        (KEY, date(2025, 12, 31), SealVerdict.UNKNOWN_KEY),
        (KeyFacts(7, public_of(bytes(32)), KEY.not_before, KEY.not_after), TODAY, SealVerdict.BAD),
        (KEY, date(2028, 2, 29), SealVerdict.OK),
        (KEY, date(2028, 3, 1), SealVerdict.EXPIRED_KEY),
        (KeyFacts(7, KEY.public_key, KEY.not_before, date(2026, 11, 21)), TODAY, SealVerdict.EXPIRED_KEY),
        (KeyFacts(7, KEY.public_key, KEY.not_before, KEY.not_after, TODAY), TODAY, SealVerdict.REVOKED_KEY),
    ],
)
def test_what_a_key_may_still_say_is_told_apart(key: KeyFacts | None, on: date, said: SealVerdict) -> None:
    assert verdict(seal_of(SEED, 7, MONTH, PATH), key=key, on=on) is said


@pytest.mark.parametrize("text", ["", "0" * 107, "0" * 109, "U" * 108, "é" * 108, "ſ" * 108, "0" * 107 + "1"])
def test_other_text_is_no_seal(text: str) -> None:
    assert parse_seal(text) is None


def test_months_end_on_their_last_day() -> None:
    assert (month_of(date(2000, 1, 31)), last_day(0)) == (0, date(2000, 1, 31))
    assert last_day(month_of(date(2027, 12, 5))) == date(2027, 12, 31)
    with pytest.raises(ValueError, match="1999-12-31"):
        month_of(date(1999, 12, 31))
    with pytest.raises(ValueError, match="256"):
        seal_of(SEED, 256, 0, PATH)


ISSUED = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
REVOKED = KeyFacts(2, public_of(bytes(32)), date(2026, 5, 1), date(2031, 4, 30), date(2026, 6, 1))


def test_a_list_of_keys_is_written_and_read_back() -> None:
    text = key_list_text("ocop.example", ISSUED, [KEY, REVOKED])

    assert text == (
        "ocop-stamp-keys/v1\n"
        "ocop.example\n"
        "issued 2026-11-22T03:00:00Z\n"
        "2 O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik= 2026-05-01 2031-04-30 revoked 2026-06-01\n"
        "7 A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg= 2026-01-01 2030-12-31 active\n"
    )
    assert parse_key_list(text) == KeyList("ocop.example", ISSUED, (REVOKED, KEY))


def test_the_newest_key_in_force_seals() -> None:
    newer = KeyFacts(3, public_of(bytes(32)), date(2026, 10, 1), date(2031, 4, 30))
    to_come = KeyFacts(9, public_of(bytes(32)), date(2027, 1, 1), date(2031, 4, 30))
    keys = KeyList("ocop.example", ISSUED, (REVOKED, newer, KEY, to_come))

    assert keys.signing_key(TODAY) is newer
    assert keys.signing_key(date(2026, 5, 2)) is KEY
    assert KeyList("ocop.example", ISSUED, (REVOKED,)).signing_key(TODAY) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ocop-stamp-keys/v1", "ocop-stamp-keys/v2"),
        ("ocop.example\n", "\n"),
        ("issued 2026", "issued 26"),
        ("7 A6E", "256 A6E"),
        ("7 A6E", "2 A6E"),
        ("7 A6E", "1 A6E"),
        ("Mbg=", "Mbg"),
        (" active", " Active"),
        (" active", " active 2026-01-01"),
        ("2030-12-31", "2025-12-31"),
        ("2030-12-31", "2030-13-31"),
        ("active\n", "active"),
        ("active\n", "active\n\n"),
    ],
)
def test_what_is_no_list_of_keys_is_refused(before: str, after: str) -> None:
    text = key_list_text("ocop.example", ISSUED, [REVOKED, KEY])
    assert before in text

    with pytest.raises(ValueError, match=r"."):
        parse_key_list(text.replace(before, after))


def test_published_cases_of_signatures_are_judged_as_they_ask() -> None:
    cases = [
        (bytes.fromhex(group["publicKey"]["pk"]), case)
        for group in vectors_json("ed25519-wycheproof", "ed25519_test.json")["testGroups"]
        for case in group["tests"]
    ]
    wrong = [
        case["tcId"]
        for public, case in cases
        if is_signed(public, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
        is not (case["result"] == "valid")
    ]
    note_cases("ed25519-wycheproof", len(cases))

    assert wrong == []
    assert len(cases) == 151
