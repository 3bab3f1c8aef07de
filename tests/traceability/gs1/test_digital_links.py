"""Digital Links of any key: hostile addresses are refused, and what is built is read back as it was."""

import string
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traceability.gs1.check_characters import check_digit
from traceability.gs1.combinations import offence
from traceability.gs1.digital_links import (
    DigitalLinkUri,
    Reading,
    build_uri,
    canonical_uri,
    escaped,
    parse_uri,
    unescaped,
)
from traceability.gs1.elements import (
    Element,
    SyntaxBreachError,
    bracketed,
    parse_bracketed,
    parse_unbracketed,
    unbracketed,
)
from traceability.gs1.identifiers import identifiers
from traceability.gs1.linters import SET_82

GTIN = "09520123456788"
SEAL = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" * 3 + "0123456789AB"

values = st.text(alphabet=sorted(SET_82), min_size=1, max_size=20)
gtins = st.text(alphabet=string.digits, min_size=13, max_size=13).map(lambda text: text + check_digit(text))
anything = st.text(
    alphabet=st.one_of(st.characters(max_codepoint=0x180), st.sampled_from("/%?&=01()^|")), max_size=60
)


@settings(max_examples=100)
@given(gtins, values, values, values, values)
def test_any_values_come_back_from_the_address_they_are_built_into(gtin, variant, lot, serial, note):
    data = f"(99){_bracket_safe(note)}(21){_bracket_safe(serial)}(10){_bracket_safe(lot)}"
    elements = parse_bracketed(data + f"(22){_bracket_safe(variant)}(01){gtin}")

    link = parse_uri(build_uri(elements, "https://ocop.vn/" + SEAL))

    assert [(each.number, each.value) for each in link.path] == [
        ("01", gtin),
        ("22", variant),
        ("10", lot),
        ("21", serial),
    ]
    assert [(each.number, each.value) for each in link.attributes] == [("99", note)]
    assert link.stem == "https://ocop.vn/" + SEAL
    assert parse_unbracketed(unbracketed(link.elements)) == link.elements
    assert parse_bracketed(bracketed(link.elements)) == link.elements


def _bracket_safe(text):
    return text.replace("(", "\\(")


@settings(max_examples=100)
@given(anything)
def test_nothing_but_a_breach_of_syntax_comes_of_any_text(text):
    for read in (
        parse_uri,
        parse_bracketed,
        parse_unbracketed,
        lambda text: parse_uri(f"https://a/01/{GTIN}/10/{text}"),
        lambda text: parse_uri(f"https://a/01/{GTIN}?{text}"),
        lambda text: parse_bracketed("(10)" + text),
        lambda text: parse_unbracketed("^01" + GTIN + text),
    ):
        with suppress(SyntaxBreachError):
            read(text)


@settings(max_examples=50)
@given(st.text(st.characters(max_codepoint=0xFF)))
def test_encoding_is_undone_by_decoding(text):
    assert unescaped(escaped(text)) == text
    assert unescaped(escaped(text, in_query=True), in_query=True) == text


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "no_address"),
        ("ftp://a/01/09520123456788", "no_address"),
        ("HttpS://a/01/09520123456788", "no_address"),
        ("https:///01/09520123456788", "no_address"),
        ("https://user:word@a/01/09520123456788", "no_address"),
        ("https://a/01/09520123456788\n", "character"),
        ("https://a/01/09520123456788\0", "character"),
        ("https://a/01/09520123456788%0A", "too_long"),
        ("https://a/01/09520123456789", "INCORRECT_CHECK_DIGIT"),
        ("https://a/01/9520123456788", "too_short"),
        ("https://a/01/09520123456788/", "no_digital_link"),
        ("https://a/01/09520123456788/10/%00", "null_character"),
        ("https://a/01/09520123456788/10/%255E", None),
        ("https://a/01/09520123456788/10/%5E", "separator_in_value"),
        ("https://a/01/09520123456788/10/%C6%B0", "INVALID_CSET82_CHARACTER"),
        ("https://a/01/09520123456788/21/A/10/B", "path_sequence"),
        ("https://a/01/09520123456788?21=A", "not_an_attribute"),
        ("https://a/01/09520123456788?10=A", "not_an_attribute"),
        ("https://a/01/09520123456788?3103=1", "too_short"),
        ("https://a/01/09520123456788?11=260230", "ILLEGAL_DAY"),
        ("https://a/01/09520123456788?89=1", "unknown_identifier"),
        ("https://a/01/09520123456788?linkType=gs1:pip&s=1&=2&99", None),
        ("https://a/01/09520123456788?01=09520123456788", "repeated"),
        ("https://a/01/09520123456788?99=A%20B", "INVALID_CSET82_CHARACTER"),
        ("https://a/01/09520123456788?99=A+B", "INVALID_CSET82_CHARACTER"),
        ("https://a/01/09520123456788//10/A", "no_digital_link"),
        ("https://a/T/7K3QX9M2RVBH8", "no_digital_link"),
    ],
)
def test_what_is_no_digital_link_is_told_why(address, reason):
    assert _refusal(address) == reason


def test_length_alone_breaks_nothing():
    assert _refusal(f"https://a/01/{GTIN}/10/" + "A" * 10_000) == "too_long"
    assert _refusal("https://a/" + "A/" * 5_000 + f"01/{GTIN}") is None
    assert _refusal("https://a/" + "01/" * 5_000) == "empty"
    assert _refusal(f"https://a/01/{GTIN}?" + "99=A&" * 5_000) == "repeated"


def _refusal(address):
    try:
        parse_uri(address)
    except SyntaxBreachError as refused:
        return refused.reason
    return None


def test_the_right_most_key_counts_behind_any_stem():
    link = parse_uri(f"https://ocop.vn/{SEAL}/01/09521234500018/10/X/8004/0952X")

    assert link.stem == f"https://ocop.vn/{SEAL}/01/09521234500018/10/X"
    assert [(each.number, each.value) for each in link.path] == [("8004", "0952X")]


def test_decoding_happens_once():
    link = parse_uri(f"https://a/01/{GTIN}/10/A%252FB")

    assert link.path[1].value == "A%2FB"
    assert canonical_uri(link) == f"https://id.gs1.org/01/{GTIN}/10/A%252FB"


def test_the_canonical_address_knows_neither_stem_nor_query():
    link = parse_uri(f"http://shop.example:8080/x/{SEAL}/01/{GTIN}/10/L1?17=270101&linkType=gs1:pip#top")

    assert canonical_uri(link) == f"https://id.gs1.org/01/{GTIN}/10/L1"


def test_older_addresses_are_read_only_where_asked_for():
    old = "https://a/gtin/9520123456788/lot/A"

    assert canonical_uri(parse_uri(old, Reading(short_names=True, short_gtins=True))) == (
        f"https://id.gs1.org/01/{GTIN}/10/A"
    )
    with pytest.raises(SyntaxBreachError):
        parse_uri(old)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("(01)09520123456788(10)A(17)270101(3103)000500", None),
        ("(01)09520123456788(01)09521234500018", ("repeated", "01")),
        ("(01)09520123456788(02)09521234500018(37)1", ("excluded", "01")),
        ("(3103)000500(3102)000500(01)09520123456788", ("excluded", "3103")),
        ("(10)A", ("unaccompanied", "10")),
        ("(250)A(01)09520123456788", ("unaccompanied", "250")),
        ("(250)A(01)09520123456788(21)B", None),
        ("(8003)09520123456788(8030)AAAA", ("unsigned_serial", "8003")),
    ],
)
def test_companions_are_asked_for_apart_from_the_syntax(data, told):
    assert offence(parse_bracketed(data)) == told


def test_nothing_that_is_no_key_makes_a_link():
    with pytest.raises(SyntaxBreachError) as refused:
        build_uri(parse_bracketed("(10)A"))

    assert refused.value.reason == "no_key"
    assert DigitalLinkUri("https://a", (Element(identifiers()["01"], GTIN),), ()).elements[0].value == GTIN
