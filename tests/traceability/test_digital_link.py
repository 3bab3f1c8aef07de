"""Printed addresses: made, read back, and cut for the QR. GTINs are of GS1's demonstration prefix 952."""

import json
import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.digital_link import (
    DigitalLink,
    gtin14,
    gtin_path,
    is_gtin14,
    is_restricted,
    is_value,
    parse_path,
    qr_segments,
    trace_path,
)

GTIN = "09520123456788"
CODE = "7K3QX9M2RVBH8"
SET_82 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!\"%&'()*+,-./:;<=>?_"
values = st.text(alphabet=SET_82, min_size=1, max_size=20).filter(lambda text: text not in {".", ".."})


@pytest.mark.parametrize(
    ("lot", "code", "path"),
    [
        (None, None, "/01/09520123456788"),
        ("L260115", None, "/01/09520123456788/10/L260115"),
        ("L260115", CODE, "/01/09520123456788/10/L260115/21/7K3QX9M2RVBH8"),
        (None, CODE, "/01/09520123456788/21/7K3QX9M2RVBH8"),
        ("A/1+b%", CODE, "/01/09520123456788/10/A%2F1%2Bb%25/21/7K3QX9M2RVBH8"),
    ],
)
def test_an_address_is_made_and_read_back(lot: str | None, code: str | None, path: str) -> None:
    assert gtin_path(GTIN, lot=lot, code=code) == path
    assert parse_path(path) == DigitalLink(GTIN, lot, code)
    assert parse_path(path + "/") == DigitalLink(GTIN, lot, code)


def test_a_variant_is_read_before_the_lot() -> None:
    assert parse_path(f"/01/{GTIN}/22/2A") == DigitalLink(GTIN, None, None, variant="2A")
    assert parse_path(f"/01/{GTIN}/22/2A/10/L/21/{CODE}") == DigitalLink(GTIN, "L", CODE, variant="2A")


@given(values, values)
def test_any_lot_and_code_come_back_as_they_were(lot: str, code: str) -> None:
    path = gtin_path(GTIN, lot=lot, code=code)

    assert parse_path(path) == DigitalLink(GTIN, lot, code)
    assert set(path) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%/")


@pytest.mark.parametrize("path", ["/T/7K3QX9M2RVBH8", "/T/7K3QX9M2RVBH8/", "/t/7K3QX9M2RVBH8"])
def test_a_stamp_without_a_gtin_has_its_own_address(path: str) -> None:
    assert trace_path(CODE) == "/T/7K3QX9M2RVBH8"
    assert parse_path(path) == DigitalLink(None, None, CODE)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/T",
        "/T/",
        "/T//",
        "/T/A/B",
        "/01",
        "/01/",
        "/01/9520123456788",
        "/01/9520123456788-",
        "/01/09520123456789",
        "/01/0952012345678X",
        "/01/０9520123456788",
        "/01/09520123456788//",
        "/01/09520123456788/10",
        "/01/09520123456788/10/",
        "/01/09520123456788/10//21/X",
        "/01/09520123456788/21/X/10/Y",
        "/01/09520123456788/10/Y/10/Y",
        "/01/09520123456788/22/",
        "/01/09520123456788/10/A/22/A",
        "/01/09520123456788/235/A",
        "/01/09520123456788/10/" + "X" * 21,
        "/01/09520123456788/10/%20",
        "/01/09520123456788/10/.",
        "/01/09520123456788/10/%2e%2E",
        "/01/09520123456788/10/n%C6%B0%E1%BB%9Bc",
        "/gtin/09520123456788",
        "01/09520123456788",
        "/01/09520123456788\n",
    ],
)
def test_what_the_grammar_does_not_allow_names_nothing(path: str) -> None:
    assert parse_path(path) is None


@pytest.mark.parametrize(
    ("gtin", "lot"),
    [
        ("9520123456788", "A"),
        ("09520123456789", "A"),
        (GTIN, ""),
        (GTIN, ".."),
        (GTIN, "mắm"),
        (GTIN, "A" * 21),
    ],
)
def test_no_address_is_made_that_could_not_be_read(gtin: str, lot: str) -> None:
    with pytest.raises(ValueError, match=r"not a GTIN|cannot stand"):
        gtin_path(gtin, lot=lot)


@pytest.mark.parametrize(
    ("text", "gtin"),
    [
        ("9520123456788", GTIN),
        ("952 0123-456788", GTIN),
        ("09520123456788", GTIN),
        ("96385074", "00000096385074"),
        ("614141999996", "00614141999996"),
    ],
)
def test_a_shorter_gtin_gets_zeros_in_front(text: str, gtin: str) -> None:
    assert gtin14(text) == gtin
    assert is_gtin14(gtin)


@pytest.mark.parametrize("text", ["", "952012345678", "9520123456789", "1234567890123456", "952012345678８"])
def test_a_wrong_gtin_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a GTIN"):
        gtin14(text)


@pytest.mark.parametrize(
    ("gtin", "is_shops_own"),
    [(GTIN, False), ("08938505970127", False), ("02112345678900", True), ("00212345678909", True)],
)
def test_numbers_for_use_inside_a_shop_are_told(gtin: str, is_shops_own: bool) -> None:
    assert is_restricted(gtin) is is_shops_own


def test_the_set_has_82_characters() -> None:
    assert len(set(SET_82)) == 82
    assert sum(is_value(chr(code)) for code in range(0x3000)) == 81  # all but the lone dot
    assert is_value("A.B")


@pytest.mark.parametrize(
    ("url", "segments"),
    [
        ("https://ocop.vn/T/7K3QX9M2RVBH8", (b"https:", "//OCOP.VN/T/7K3QX9M2RVBH8")),
        (
            "https://ocop.vn/01/09520123456788/10/L260115/21/7K3QX9M2RVBH8",
            (b"https:", "//OCOP.VN/01/09520123456788/10/L260115/21/7K3QX9M2RVBH8"),
        ),
        ("http://127.0.0.1:8000/T/7K3QX9M2RVBH8", (b"http:", "//127.0.0.1:8000/T/7K3QX9M2RVBH8")),
        ("https://ocop.vn/01/09520123456788/10/A%2F1", (b"https:", "//OCOP.VN/01/09520123456788/10/A%2F1")),
        ("https://ocop.vn/01/09520123456788/10/lo-1", (b"https://OCOP.VN/01/09520123456788/10/lo-1",)),
        ("https://ocop.vn/tem/T/7K3QX9M2RVBH8", (b"https://OCOP.VN/tem/T/7K3QX9M2RVBH8",)),
        ("https://ocop.vn", (b"https:", "//OCOP.VN")),
    ],
)
def test_only_scheme_and_odd_paths_need_byte_mode(url: str, segments: tuple[bytes | str, ...]) -> None:
    assert qr_segments(url) == segments


def test_the_reference_implementation_of_gs1_agrees() -> None:
    vectors = os.environ.get("OCOP_VECTORS")
    if not vectors:
        pytest.skip("OCOP_VECTORS is not set: the cases of GS1's syntax engine are not at hand")
    cases = json.loads(
        (Path(vectors) / "gs1-syntax-engine" / "gs1-syntax-engine-cases.json").read_text("utf-8")
    )
    # Ours is the part of the grammar with key 01 at the root, qualifiers 10 and 21, and no query.
    made = [
        case
        for case in cases["generate_dl_uri"]
        if case["ok"] and urlsplit(case["uri"]).path.startswith("/01/") and "/22/" not in case["uri"]
    ]
    read = [
        case
        for case in cases["parse_dl_uri"]
        if "/01/" in case["uri"] and not any(part in case["uri"] for part in ("?", "/22/", "/235/"))
    ]

    assert made
    assert read
    for case in made:
        path = urlsplit(case["uri"]).path
        link = parse_path(path)
        assert link is not None
        assert link.gtin is not None
        assert gtin_path(link.gtin, lot=link.lot, code=link.code) == path
    for case in read:
        is_ours = case["ok"] and not case["flags"]
        assert (parse_path(urlsplit(case["uri"]).path) is not None) is is_ours, case["uri"]
