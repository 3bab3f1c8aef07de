"""Element strings: identifiers with their values, in brackets for people, with separators for scanners.

Bracketed: `(01)09520123456788(10)ABC`. Unbracketed: `^010952012345678810ABC`, where «^» stands for FNC1, the separator
behind values that have no length of their own. Source: GS1 General Specifications, sections 3.2 and 7.8.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from traceability.gs1.breaches import Breach
from traceability.gs1.identifiers import (
    Identifier,
    Part,
    find_at,
    find_identifier,
    unknown_identifier,
)
from traceability.gs1.linters import PrefixOf, lint

SEPARATOR: Final = "^"

# «\(» is a bracket that belongs to the value.
_BRACKETED: Final = re.compile(r"\((?P<number>[0-9]{2,4})\)(?P<value>(?:\\\(|[^(])*)")


class SyntaxBreachError(ValueError):
    """Data that is no element string, no Digital Link or no scan of either.

    reason: a short fixed word (`empty`, `unknown_identifier`, `too_short`, `too_long`, `no_digital_link` …), or the
    name of a linter's breach. markup: where a value breaks a rule, `(8001)1|X|34`.
    """

    def __init__(self, reason: str, markup: str | None = None) -> None:
        super().__init__(f"{reason} {markup}" if markup else reason)
        self.reason = reason
        self.markup = markup


@dataclass(frozen=True, slots=True)
class Element:
    """One identifier and its value, as it is: without brackets, separators or percent-encoding."""

    identifier: Identifier
    value: str

    @property
    def number(self) -> str:
        """The identifier's number."""
        return self.identifier.number


def parse_bracketed(
    text: str, *, permit_unknown: bool = False, prefix_of: PrefixOf | None = None
) -> tuple[Element, ...]:
    """The elements of `(01)…(10)…`. Raises SyntaxBreachError.

    permit_unknown: lets identifiers pass that no table has.
    """
    found: list[Element] = []
    at = 0
    for match in _BRACKETED.finditer(text):
        if match.start() != at:
            break
        at = match.end()
        identifier = known_identifier(match["number"], permit_unknown=permit_unknown)
        found.append(checked_element(identifier, match["value"].replace("\\(", "("), prefix_of))
    if not found or at != len(text):
        raise SyntaxBreachError("malformed")
    return tuple(found)


def parse_unbracketed(data: str, prefix_of: PrefixOf | None = None) -> tuple[Element, ...]:
    """The elements of `^01…10…`. Raises SyntaxBreachError.

    Unknown identifiers cannot be let pass: nothing says where they end.
    """
    if not data.startswith(SEPARATOR):
        raise SyntaxBreachError("no_separator_first")
    if len(data) == 1:
        raise SyntaxBreachError("empty")
    found: list[Element] = []
    at = 1
    while at < len(data):
        identifier = find_at(data, at)
        if identifier is None:
            raise SyntaxBreachError("unknown_identifier")
        at += len(identifier.number)
        end = data.find(SEPARATOR, at)
        end = len(data) if end < 0 else end
        length = _take(identifier, data[at:end], prefix_of)
        found.append(Element(identifier, data[at : at + length]))
        at += length
        if not identifier.is_fixed and at < end:
            raise SyntaxBreachError("too_long")
        at += data.startswith(SEPARATOR, at)
    return tuple(found)


def bracketed(elements: Iterable[Element]) -> str:
    """Elements for people to read, `(01)…(10)…`."""
    return "".join(f"({each.number})" + each.value.replace("(", "\\(") for each in elements)


def unbracketed(elements: Iterable[Element]) -> str:
    """Elements for scanners, `^01…10…^21…`: a separator first and behind each value that has no fixed length."""
    data, needs_separator = "", True
    for each in elements:
        data += (SEPARATOR if needs_separator else "") + each.number + each.value
        needs_separator = not each.identifier.is_fixed
    return data


def known_identifier(number: str, *, permit_unknown: bool = False) -> Identifier:
    """The identifier of that number. Raises SyntaxBreachError."""
    identifier = find_identifier(number) or (unknown_identifier(number) if permit_unknown else None)
    if identifier is None:
        raise SyntaxBreachError("unknown_identifier")
    return identifier


def checked_element(identifier: Identifier, value: str, prefix_of: PrefixOf | None = None) -> Element:
    """`value` as the value of `identifier`. Raises SyntaxBreachError if it cannot be that."""
    if SEPARATOR in value:
        raise SyntaxBreachError("separator_in_value")
    if _take(identifier, value, prefix_of) != len(value):
        raise SyntaxBreachError("too_long")
    return Element(identifier, value)


def _take(identifier: Identifier, text: str, prefix_of: PrefixOf | None) -> int:
    """How many characters of `text` are the value of `identifier`, part by part."""
    if not text:
        raise SyntaxBreachError("empty")
    at = 0
    for part in identifier.parts:
        piece = text[at : at + part.longest]
        if not piece and part.is_optional:
            break
        _check_part(identifier, part, piece, prefix_of)
        at += len(piece)
    return at


def _check_part(identifier: Identifier, part: Part, piece: str, prefix_of: PrefixOf | None) -> None:
    if len(piece) < part.shortest:
        raise SyntaxBreachError("too_short")
    for rule in part.linters:
        if found := lint(rule, piece, prefix_of):
            raise SyntaxBreachError(found.name, _markup(identifier, piece, found))


def _markup(identifier: Identifier, piece: str, found: Breach) -> str:
    return f"({identifier.number}){found.marked(piece, '|')}"
