"""The table of GS1's Application Identifiers: what each holds, needs, excludes, and its place in a Digital Link.

Source: GS1 Barcode Syntax Dictionary (data/README.md).
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parent / "data"

KIND_LINTERS: Final = {"N": "csetnumeric", "X": "cset82", "Y": "cset39", "Z": "cset64"}
"""Which characters each kind of part is made of. Source: GS1 General Specifications, figures 7.11-1 to 7.11-3."""

_PART: Final = re.compile(
    r"(?P<open>\[)?(?P<kind>[NXYZ])(?P<up_to>\.\.)?(?P<length>\d+)\]?(?P<linters>(?:,\w+)*)"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a value. shortest and longest in characters; linters in the order in which they are asked."""

    is_optional: bool
    shortest: int
    longest: int
    linters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Identifier:
    """One Application Identifier.

    is_fixed: of predefined length, so that no separator follows. is_attribute: may stand in the query of a Digital
    Link. needs: groups of identifiers (or patterns such as «310n») of which one must be there in full. excludes:
    identifiers or patterns that must not be there. sequences: None if it is no key of a Digital Link, otherwise the
    orders in which qualifiers may follow. is_known: False for one that stands in no table but was let pass.
    """

    number: str
    is_fixed: bool
    is_attribute: bool
    parts: tuple[Part, ...]
    needs: tuple[tuple[str, ...], ...]
    excludes: tuple[str, ...]
    sequences: tuple[tuple[str, ...], ...] | None
    title: str
    is_known: bool = True

    @property
    def is_key(self) -> bool:
        """Whether a Digital Link may be about it."""
        return self.sequences is not None


@cache
def identifiers() -> dict[str, Identifier]:
    """Every identifier by its number, in the order of the table."""
    found: dict[str, Identifier] = {}
    with (DATA / "identifiers.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            for number in _numbers(row["identifiers"]):
                found[number] = _identifier(number, row)
    return found


def find_identifier(number: str) -> Identifier | None:
    """The identifier of that number, or None."""
    return identifiers().get(number)


def find_at(data: str, start: int = 0) -> Identifier | None:
    """The identifier that `data` begins with at `start`, or None. No number is the beginning of another."""
    known = identifiers()
    return next(
        (known[number] for length in (2, 3, 4) if (number := data[start : start + length]) in known), None
    )


def unknown_identifier(number: str) -> Identifier | None:
    """An identifier that no table has, to be let pass: 2 to 4 digits, as many as its first two digits ask for.

    None if `number` cannot be one. Its value is 1 to 90 characters of the set of 82, the most that any has.
    """
    if not (number.isascii() and number.isdigit() and 2 <= len(number) <= 4):
        return None
    if number[:2] in (lengths := _lengths()) and lengths[number[:2]] != len(number):
        return None
    part = Part(is_optional=False, shortest=1, longest=90, linters=("cset82",))
    return Identifier(
        number, number[:2] in _fixed_beginnings(), True, (part,), (), (), None, "", is_known=False
    )


def matches(pattern: str, number: str) -> bool:
    """Whether `number` is what `pattern` stands for: «310n» is 3100 to 3109."""
    return len(pattern) == len(number) and all(
        wanted in ("n", digit) for wanted, digit in zip(pattern, number, strict=True)
    )


@cache
def _lengths() -> dict[str, int]:
    """How many digits the identifiers of each beginning of two digits have."""
    return {number[:2]: len(number) for number in identifiers()}


@cache
def _fixed_beginnings() -> frozenset[str]:
    return frozenset(number[:2] for number, entry in identifiers().items() if entry.is_fixed)


def _numbers(written: str) -> Iterator[str]:
    first, _, last = written.partition("-")
    for number in range(int(first), int(last or first) + 1):
        yield f"{number:0{len(first)}}"


def _identifier(number: str, row: dict[str, str]) -> Identifier:
    qualifiers = row["qualifiers"]
    return Identifier(
        number=number,
        is_fixed="f" in row["flags"],
        is_attribute="q" in row["flags"],
        parts=tuple(_part(text) for text in row["parts"].split(" ")),
        needs=tuple(tuple(group.split("+")) for group in row["needs"].split(",") if group),
        excludes=tuple(pattern for pattern in row["excludes"].split(",") if pattern),
        sequences=_sequences(qualifiers) if qualifiers else None,
        title=row["title"],
    )


def _sequences(written: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(each.split(",")) if each != "-" else () for each in written.split("|"))


def _part(text: str) -> Part:
    found = _PART.fullmatch(text)
    if found is None:
        raise ValueError(f"not a part of a value: {text!r}")
    longest = int(found["length"])
    return Part(
        is_optional=found["open"] is not None,
        shortest=1 if found["up_to"] else longest,
        longest=longest,
        linters=(KIND_LINTERS[found["kind"]], *found["linters"].split(",")[1:]),
    )


@cache
def codes(name: str) -> frozenset[str]:
    """A list of codes of others: `country_numbers`, `country_letters`, `currency_numbers`, `package_types` …"""
    with (DATA / "codes.tsv").open(encoding="utf-8") as file:
        rows = dict(line.rstrip("\n").split("\t") for line in file)
    return frozenset(rows[name].split(" "))
