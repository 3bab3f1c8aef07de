"""Every table of cases of GS1's own engine against the modules of this house."""

import pytest

from tests.support.vectors import note_cases, vectors_json
from traceability.gs1 import combinations
from traceability.gs1.digital_links import (
    CANONICAL_STEM,
    Reading,
    build_uri,
    escaped,
    is_path_sequence,
    parse_uri,
    unescaped,
)
from traceability.gs1.elements import SyntaxBreachError, parse_bracketed, parse_unbracketed, unbracketed
from traceability.gs1.scans import Scan, parse_scan, scan_text

FOLDER = "gs1-syntax-engine"
RULES = {
    "validateAIrepeats": combinations.repeated,
    "validateAImutex": combinations.excluded,
    "validateAIrequisites": combinations.unaccompanied,
    "validateDigSigRequiresSerialisedKey": combinations.unsigned_serial,
}


@pytest.fixture(scope="module")
def tables():
    return vectors_json(FOLDER, "gs1-syntax-engine-cases.json")


def answer(ask, *arguments, **options):
    """What `ask` says, or None where it refuses."""
    try:
        return ask(*arguments, **options)
    except SyntaxBreachError:
        return None


def reason(ask, *arguments):
    """Why `ask` refuses, or «OK»."""
    try:
        ask(*arguments)
    except SyntaxBreachError as refused:
        return refused.reason
    return "OK"


def run(table, ask, expected):
    """Every case of `table` that is answered otherwise than expected."""
    note_cases(FOLDER, len(table))
    return [(case, ask(case)) for case in table if ask(case) != expected(case)]


def test_links_are_read(tables):
    def read(case):
        flags = case["flags"]
        lenient = flags.get("permitUnknownAIs") and flags.get("validation:UNKNOWN_AI_NOT_DL_ATTR") is False
        reading = Reading(
            short_names=flags.get("convenienceAlphas", False),
            short_gtins=flags.get("permitZeroSuppressedGTIN", False),
            unknown=bool(lenient),
        )
        link = answer(parse_uri, case["uri"], reading)
        return link and unbracketed(link.elements)

    assert run(tables["parse_dl_uri"], read, lambda case: case["element_string"]) == []


def test_links_are_built(tables):
    def build(case):
        elements = answer(
            parse_bracketed, case["ai_data"], permit_unknown=case["flags"].get("permitUnknownAIs", False)
        )
        return answer(build_uri, elements, case["stem"] or CANONICAL_STEM)

    assert run(tables["generate_dl_uri"], build, lambda case: case["uri"]) == []


def test_values_are_encoded_and_decoded(tables):
    def both(change):
        return lambda case: (change(case["input"]), change(case["input"], in_query=True))

    def expected(case):
        return case["path"], case["query"]

    assert run(tables["uri_unescape"], both(unescaped), expected) == []
    assert run(tables["uri_escape"], both(escaped), expected) == []


def test_paths_are_keys_with_their_qualifiers(tables):
    assert run(tables["valid_dl_path_ai_sequences"], is_path_sequence, bool) == []


def test_element_strings_are_read(tables):
    def bracketed_to_data(case):
        elements = answer(parse_bracketed, case["ai_data"])
        return elements and unbracketed(elements)

    assert run(tables["parse_ai_data"], bracketed_to_data, lambda case: case["element_string"]) == []
    assert (
        run(
            tables["process_unbracketed"],
            lambda case: answer(parse_unbracketed, case["data"]) is not None,
            lambda case: case["ok"],
        )
        == []
    )


def test_breaches_are_named_and_marked(tables):
    def markup(case):
        with pytest.raises(SyntaxBreachError) as refused:
            parse_bracketed(case["ai_data"])
        return refused.value.markup

    assert (
        run(
            tables["linters"],
            lambda case: reason(parse_bracketed, case["ai_data"]),
            lambda case: case["error"],
        )
        == []
    )
    assert run(tables["error_markup"], markup, lambda case: case["markup"]) == []


def test_companions_are_asked_for(tables):
    def holds(case):
        elements = parse_bracketed(case["ai_data"], permit_unknown=True)
        return RULES[case["rule"]](elements) is None

    assert run(tables["validate_ai_combinations"], holds, lambda case: case["ok"]) == []


def test_scans_are_read_and_written(tables):
    def read(case):
        scan = answer(parse_scan, case["scan_data"])
        return (scan.symbol, scan.data) if scan else ("NONE", "")

    def write(case):
        return answer(scan_text, Scan(case["symbology"], case["data"]))

    assert run(tables["process_scan_data"], read, lambda case: (case["symbology"], case["data"])) == []
    assert run(tables["generate_scan_data"], write, lambda case: case["scan_data"]) == []


def test_no_table_is_left_out(tables):
    told = sum(map(len, tables.values()))

    assert set(tables) == {
        "parse_dl_uri",
        "uri_unescape",
        "uri_escape",
        "generate_dl_uri",
        "valid_dl_path_ai_sequences",
        "parse_ai_data",
        "linters",
        "process_unbracketed",
        "validate_ai_combinations",
        "error_markup",
        "process_scan_data",
        "generate_scan_data",
    }
    assert told > 0
