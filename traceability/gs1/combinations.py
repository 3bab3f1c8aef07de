"""Which identifiers may stand together. Each rule tells the first offence, or None.

Source: GS1 General Specifications, section 4.13 (invalid pairs, mandatory associations), as the Barcode Syntax
Dictionary writes them down. They hold for everything marked on one item, so they are asked apart from the syntax.
"""

from collections.abc import Callable, Sequence
from typing import Final

from traceability.gs1.elements import Element
from traceability.gs1.identifiers import matches

_SIGNATURE: Final = "8030"
_LENGTH_WITHOUT_SERIAL: Final = {"253": 13, "255": 13, "8003": 14}
"""A signature is about one thing, so keys that may stand without a serial must have it. Source: AI 8030."""

Rule = Callable[[Sequence[Element]], str | None]


def repeated(elements: Sequence[Element]) -> str | None:
    """The first identifier that comes again with another value."""
    values: dict[str, str] = {}
    return next(
        (each.number for each in elements if values.setdefault(each.number, each.value) != each.value), None
    )


def excluded(elements: Sequence[Element]) -> str | None:
    """The first identifier that must not stand beside another one that is there."""
    numbers = [each.number for each in elements]
    for each in elements:
        for pattern in each.identifier.excludes:
            if any(matches(pattern, number) for number in numbers if number != each.number):
                return each.number
    return None


def unaccompanied(elements: Sequence[Element]) -> str | None:
    """The first identifier that lacks what must stand beside it."""
    numbers = {each.number for each in elements}
    for each in elements:
        needs = each.identifier.needs
        if needs and not any(_is_there(group, numbers - {each.number}) for group in needs):
            return each.number
    return None


def unsigned_serial(elements: Sequence[Element]) -> str | None:
    """The first key without a serial beside a signature."""
    if not any(each.number == _SIGNATURE for each in elements):
        return None
    return next(
        (each.number for each in elements if len(each.value) == _LENGTH_WITHOUT_SERIAL.get(each.number)),
        None,
    )


RULES: Final[dict[str, Rule]] = {
    "repeated": repeated,
    "excluded": excluded,
    "unaccompanied": unaccompanied,
    "unsigned_serial": unsigned_serial,
}


def offence(elements: Sequence[Element]) -> tuple[str, str] | None:
    """The first rule that is broken and the identifier that breaks it, or None."""
    for name, rule in RULES.items():
        if number := rule(elements):
            return name, number
    return None


def _is_there(group: Sequence[str], numbers: set[str]) -> bool:
    return all(any(matches(pattern, number) for number in numbers) for pattern in group)
