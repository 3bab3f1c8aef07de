"""The table of identifiers is the published one, and says of each what the dictionary says."""

import re

import pytest

from tests.support.vectors import note_cases, vectors, vectors_json
from traceability.gs1.identifiers import (
    codes,
    find_at,
    find_identifier,
    identifiers,
    matches,
    unknown_identifier,
)
from traceability.gs1.link_types import link_types

NET_WEIGHT_KG = "3103"


def test_every_entry_of_the_published_dictionary_is_in_the_table():
    text = (vectors("gs1-syntax-dictionary") / "gs1-syntax-dictionary.txt").read_text(encoding="utf-8")
    entries = [line for line in text.splitlines() if line and not line.startswith("#")]
    written = {}
    for line in entries:
        body, _, title = line.partition("#")
        numbers, *rest = body.split()
        flags = rest.pop(0) if not re.match(r"\[?[NXYZ](\.\.)?\d", rest[0]) else ""
        first, _, last = numbers.partition("-")
        for number in range(int(first), int(last or first) + 1):
            written[f"{number:0{len(first)}}"] = (flags, rest, title.strip())
    note_cases("gs1-syntax-dictionary", len(entries))

    assert len(entries) == 224
    assert list(identifiers()) == list(written)
    for number, (flags, rest, title) in written.items():
        entry = identifiers()[number]
        assert (entry.is_fixed, entry.is_attribute) == ("*" in flags, "?" in flags), number
        assert entry.title == title
        assert _attributes(entry) == {word for word in rest if "=" in word or word == "dlpkey"}, number
        assert len(entry.parts) == sum(word[0] in "[NXYZ" for word in rest), number


def _attributes(entry):
    """What the table says of an entry in the dictionary's own way of writing it."""
    needs = ",".join("+".join(group) for group in entry.needs)
    qualifiers = "|".join(",".join(each) for each in entry.sequences or ())
    return {
        *([f"req={needs}"] if needs else []),
        *([f"ex={','.join(entry.excludes)}"] if entry.excludes else []),
        *([f"dlpkey={qualifiers}" if qualifiers else "dlpkey"] if entry.is_key else []),
    }


def test_the_published_link_types_are_in_the_table():
    published = vectors_json("gs1-webvoc", "link-types.json")
    note_cases("gs1-webvoc", len(published))

    told = {
        entry.address: (" ".join(entry.title.split()), entry.is_stable) for entry in link_types().values()
    }
    assert told == {
        each["uri"]: (" ".join(each["label"].split()), each["status"] == "stable") for each in published
    }
    assert len(told) == 60


def test_an_identifier_is_told_by_its_number_and_found_at_the_head_of_data():
    gtin, weight = find_identifier("01"), find_identifier(NET_WEIGHT_KG)

    assert gtin.title == "GTIN"
    assert gtin.sequences == (("22", "10", "21"), ("235",))
    assert (gtin.parts[0].shortest, gtin.parts[0].longest) == (14, 14)
    assert gtin.parts[0].linters == ("csetnumeric", "csum", "gcppos2")
    assert (weight.needs, weight.excludes) == ((("01",), ("02",)), ("310n",))
    assert find_at("0109520123456788") is gtin
    assert find_at("^3103000195", 1) is weight
    assert find_at("89") is None
    assert find_identifier("gtin") is None


def test_numbers_that_no_table_has_are_as_long_as_their_beginning_asks():
    assert unknown_identifier("89").number == "89"
    assert not unknown_identifier("89").is_known
    assert unknown_identifier("310") is None
    assert unknown_identifier("3109").is_fixed
    assert unknown_identifier("1") is None
    assert unknown_identifier("٨٩") is None


@pytest.mark.parametrize(
    ("pattern", "number", "is_one"),
    [
        ("310n", "3105", True),
        ("31nn", "3105", True),
        ("310n", "3205", False),
        ("01", "01", True),
        ("01", "010", False),
    ],
)
def test_patterns_stand_for_numbers(pattern, number, is_one):
    assert matches(pattern, number) is is_one


def test_the_lists_of_codes_are_whole():
    assert len(codes("country_numbers")) == len(codes("country_letters")) == 249
    assert {"704", "VN"} <= codes("country_numbers") | codes("country_letters")
    assert len(codes("currency_numbers")) == 178
    assert {"BX", "PX", "1A"} <= codes("package_types")
    assert not codes("package_types") & codes("package_types_gs1")
