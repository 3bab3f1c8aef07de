"""What scanners send: what is written is read back, and nothing but a breach of syntax comes of noise."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traceability.gs1.elements import SyntaxBreachError
from traceability.gs1.scans import Scan, parse_scan, scan_text

SYMBOLS = (
    "QR",
    "DM",
    "DotCode",
    "DataBarExpanded",
    "GS1_128_CCA",
    "EAN13",
    "EAN8",
    "UPCA",
    "UPCE",
    "DataBarOmni",
)
LINK = "https://ocop.vn/01/09520123456788/21/7K3QX9M2RVBH8"


@pytest.mark.parametrize(
    ("scan", "text"),
    [
        (Scan("QR", LINK), "]Q1" + LINK),
        (Scan("QR", "^010952012345678810L1^217K3Q"), "]Q3010952012345678810L1\x1d217K3Q"),
        (Scan("GS1_128_CCA", "^010952012345678810L1"), "]C1010952012345678810L1"),
        (Scan("EAN13", "9520123456788"), "]E09520123456788"),
        (Scan("DM", "\\^T"), "]d1^T"),
    ],
)
def test_a_scan_is_written_and_read_back(scan, text):
    assert scan_text(scan) == text
    assert parse_scan(text) == scan


@pytest.mark.parametrize("data", ["09520123456788", "0952012345678", "^0109520123456788"])
def test_a_symbol_for_a_gtin_alone_takes_it_in_each_form(data):
    assert scan_text(Scan("DataBarOmni", data)) == "]e00109520123456788"
    assert scan_text(Scan("DataBarLimited", data)) == "]e00109520123456788"


@pytest.mark.parametrize(
    ("scan", "reason"),
    [
        (Scan("EAN13", "9520123456789"), "INCORRECT_CHECK_DIGIT"),
        (Scan("EAN13", "952012345678٨"), "too_short"),
        (Scan("DataBarLimited", "29520123456782"), "too_long"),
        (Scan("QR", "^0109520123456788|^99A"), "no_composite"),
        (Scan("Aztec", "A"), "unknown_symbol"),
        (Scan("DataBarExpanded", "A"), "unknown_symbol"),
    ],
)
def test_a_symbol_that_cannot_hold_its_data_is_refused(scan, reason):
    with pytest.raises(SyntaxBreachError) as refused:
        scan_text(scan)

    assert refused.value.reason == reason


def test_an_address_that_is_no_digital_link_is_no_scan_of_one():
    with pytest.raises(SyntaxBreachError):
        parse_scan("]Q1https://ocop.vn/")


@settings(max_examples=100)
@given(st.sampled_from(["]Q1", "]Q3", "]E0", "]E4", "]e0", "]C1", "]d2", ""]), st.text(max_size=30))
def test_noise_is_refused_or_read_back_as_it_was(mark, noise):
    with suppress(SyntaxBreachError):
        scan = parse_scan(mark + noise)
        assert scan_text(scan) == mark + noise


@settings(max_examples=100)
@given(st.sampled_from(SYMBOLS), st.text("0123456789^|\\AB", max_size=20))
def test_no_data_breaks_the_writer(symbol, data):
    with suppress(SyntaxBreachError):
        assert scan_text(Scan(symbol, data)).startswith("]")
