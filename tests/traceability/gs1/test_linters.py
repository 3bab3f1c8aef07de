"""The rules for the content of values, against the published cases and a few of our own."""

import pytest

from tests.support.vectors import note_cases, vectors_json
from traceability.gs1.linters import LINTERS, CompanyPrefix, lint

# Names of breaches that only a register of company prefixes can tell; the published cases stand in for one.
REGISTER_SAYS = {
    "INVALID_GCP_PREFIX": CompanyPrefix.UNKNOWN,
    "GCP_DATASOURCE_OFFLINE": CompanyPrefix.OFFLINE,
}
MOST_PREFIXES = 4


def test_every_published_case_of_every_linter():
    cases = vectors_json("gs1-syntax-dictionary", "linter-cases.json")
    wrong = []
    for rule, table in cases.items():
        for case in table:
            value, expected = case["value"], (case.get("error"), case.get("markup"))
            # The cases do not say at which of its questions the register fails: one of them it must be.
            answers = [_told(rule, value, register) for register in _registers(case.get("error"))]
            if expected not in answers:
                wrong.append((rule, value, expected, answers))
    note_cases("gs1-syntax-dictionary", sum(map(len, cases.values())))

    assert wrong == []
    assert set(cases) == set(LINTERS)


def _told(rule, value, register):
    found = lint(rule, value, register)
    return (found.name, found.marked(value)) if found else (None, None)


def _registers(name):
    """What may be asked: nothing, or a register that fails at its first, second … question."""
    if name not in REGISTER_SAYS:
        return [None]
    return [_failing(REGISTER_SAYS[name], turn) for turn in range(MOST_PREFIXES)]


def _failing(answer, turn):
    asked = iter(range(turn + 1))
    return lambda _: answer if next(asked, None) == turn else CompanyPrefix.KNOWN


@pytest.mark.parametrize(
    ("rule", "value", "marked"),
    [
        ("csum", "9520123456788", None),
        ("csum", "9520123456789", "952012345678*9*"),
        ("csum", "95201２3456788", "95201*２*3456788"),
        ("csumalpha", "1987654Ad4X4bL5ttr2310c2K", None),
        ("yymmd0", "260230", "2602*30*"),
        ("yymmd0", "260200", None),
        ("yymmdd", "000229", None),
        ("yyyymmdd", "21000229", "210002*29*"),
        ("yyyymmdd", "00000229", None),
        ("hhmi", "2460", "*24*60"),
        ("hhmi", "2360", "23*60*"),
        ("iso3166", "704", None),
        ("iso4217", "704", None),
        ("iso3166", "٧٠٤", "*٧٠٤*"),
        ("pcenc", "100%", "100*%*"),
        ("pcenc", "%%20", "*%%2*0"),
        ("posinseqslash", "1/02", "1/*02*"),
        ("iban", "VN12345678901234", "VN*12*345678901234"),
        ("cset64", "AB=CD=", "AB*=*CD="),
        ("packagetype", "BX", None),
        ("latitude", "18000000x0", "18000000*x*0"),
    ],
)
def test_a_breach_is_named_where_it_is(rule, value, marked):
    found = lint(rule, value)

    assert (found and found.marked(value)) == marked


def test_a_rule_that_does_not_exist_is_no_rule_that_holds():
    with pytest.raises(KeyError):
        lint("luhn", "1")


def test_a_register_of_company_prefixes_has_the_last_word():
    assert lint("gcppos1", "9520123456788") is None
    assert lint("gcppos1", "9520123456788", lambda _: CompanyPrefix.KNOWN) is None
    assert lint("gcppos2", "09520123456788", lambda _: CompanyPrefix.UNKNOWN).name == "INVALID_GCP_PREFIX"
    assert lint("gcppos1", "ABCDEFG").name == "INVALID_GCP_PREFIX"
    assert lint("gcppos1", "123").name == "TOO_SHORT_FOR_GCP"
