"""Seals and signatures checked by the browser: its own Ed25519 and the one that stands in for it, by published cases
and by seals that the program made."""

from base64 import b64encode
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Page

from core.ed25519 import public_of
from tests.e2e.conftest import Come
from tests.support.vectors import note_cases, vectors_json
from traceability.seal_keys import key_list_text
from traceability.seals import KeyFacts, month_of, parse_seal, seal_of, verify
from transparency.notes import SigningKey, sign_note

FALLBACK = "/static/vendor/noble-ed25519/index.js"
CHECK_ALL = """async ([fallback, byHand, cases]) => {
  const { isSigned, canCheckItself, fromBase64 } = await import("/static/js/seals.js");
  if (!byHand && !(await canCheckItself())) throw new Error("no Ed25519 in this browser");
  const found = [];
  for (const one of cases) found.push(await isSigned(...one.map(fromBase64), fallback, byHand));
  return found;
}"""
READ_ALL = """async ([fallback, byHand, root, note, on, addresses]) => {
  const seals = await import("/static/js/seals.js");
  const { keys } = await seals.readKeys(note, await seals.readVerifierKey(root), fallback);
  const found = [];
  for (const each of addresses) {
    const address = seals.readAddress(each);
    found.push(address?.seal ? await seals.checkSeal(address, keys, on, fallback, byHand) : null);
  }
  return found;
}"""

SEEDS = {1: b"\1" * 32, 2: b"\2" * 32, 3: b"\3" * 32}
ROOT = SigningKey("market.example", b"\7" * 32)
KEYS = (
    KeyFacts(1, public_of(SEEDS[1]), date(2026, 1, 1), date(2030, 12, 31)),
    KeyFacts(2, public_of(SEEDS[2]), date(2024, 1, 1), date(2026, 11, 21)),
    KeyFacts(3, public_of(SEEDS[3]), date(2025, 1, 1), date(2030, 12, 31), date(2026, 5, 5)),
)
ON = date(2026, 11, 22)
GTIN_PATH = "/01/09520000000059/10"
PATHS = (
    "/T/7K3QX9M2RVBH8",
    f"{GTIN_PATH}/T12-40/21/7K3QX9M2RVBH8",
    f"{GTIN_PATH}/A%2FB/21/7K3QX9M2RVBH8",
)
KEYS_USED = ((1, 1), (2, 2), (3, 3), (1, 2), (9, 1))
"""Number of the key in the seal, and which key it was made with."""
MONTH = month_of(date(2027, 6, 1))


@pytest.fixture
def page(come: Come) -> Page:
    person = come()
    person.open("/help")
    return person.page


@pytest.mark.parametrize("by_hand", [False, True], ids=["its own", "the fallback"])
def test_every_published_signature_is_judged_as_published(page: Page, by_hand: bool) -> None:
    tables = vectors_json("ed25519-wycheproof", "ed25519_test.json")["testGroups"]
    cases = [(group["publicKey"]["pk"], one) for group in tables for one in group["tests"]]
    sent = [[in_base64(key), in_base64(one["msg"]), in_base64(one["sig"])] for key, one in cases]

    found = page.evaluate(CHECK_ALL, [FALLBACK, by_hand, sent])

    note_cases("ed25519-wycheproof", len(cases))
    judged = zip((one for _, one in cases), found, strict=True)
    assert [one["tcId"] for one, held in judged if held != (one["result"] == "valid")] == []
    assert len(found) == 151


@pytest.mark.parametrize("by_hand", [False, True], ids=["its own", "the fallback"])
def test_the_browser_judges_seals_as_the_program_does(page: Page, by_hand: bool) -> None:
    known = {key.kid: key for key in KEYS}
    written = [written_seal(kid, seed, path) for path in PATHS for kid, seed in KEYS_USED]
    written += [(f"/{flipped(seal)}{path}", flipped(seal), path) for _, seal, path in written[:3]]
    written += [written_seal(1, 1, PATHS[0], month_of(date(2026, 10, 1)))]

    found = page.evaluate(READ_ALL, [FALLBACK, by_hand, *facts(), [address for address, _, _ in written]])

    expected = [verify(parse_seal(seal), path, known.get, ON).value for _, seal, path in written]
    assert found == expected
    assert set(expected) == {"ok", "bad", "unknown_key", "expired_key", "revoked_key"}


def test_each_flipped_bit_of_a_seal_is_told(page: Page) -> None:
    address, seal, path = written_seal(1, 1, PATHS[0])
    others = [f"/{flipped(seal, bit)}{path}" for bit in range(24, 536, 7)]
    small = [address.lower(), f"/en{address}", f"{address}/"]
    other_path = address[:-1] + "9"

    found = page.evaluate(READ_ALL, [FALLBACK, False, *facts(), [*small, other_path, address[:-14], *others]])

    assert found == ["ok"] * 3 + ["bad"] + [None] + ["bad"] * len(others)


def facts() -> tuple[str, str, str]:
    """The root key, the signed list, the day."""
    text = key_list_text("market.example", datetime(2026, 11, 1, tzinfo=UTC), KEYS)
    return ROOT.verifier.text, sign_note(text, ROOT).signed_text, ON.isoformat()


def written_seal(kid: int, seed: int, path: str, month: int = MONTH) -> tuple[str, str, str]:
    """A whole address, its seal and the path behind it."""
    seal = seal_of(SEEDS[seed], kid, month, path)
    return f"/{seal}{path}", seal, path


def flipped(seal: str, bit: int = 300) -> str:
    """The seal with one bit the other way round."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    at, place = divmod(bit, 5)
    other = alphabet[alphabet.index(seal[at]) ^ (16 >> place)]
    return seal[:at] + other + seal[at + 1 :]


def in_base64(digits: str) -> str:
    return b64encode(bytes.fromhex(digits)).decode()
