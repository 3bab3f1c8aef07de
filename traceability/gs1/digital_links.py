"""GS1 Digital Links of any key: read from an address, and built from elements.

Source: GS1 Digital Link Standard: URI syntax 1.6.0, and where its grammar errs (its issue 13) GS1's own engine. The
addresses that this house prints have a small parser of their own, `traceability.digital_link`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from traceability.gs1.elements import Element, SyntaxBreachError, checked_element, known_identifier
from traceability.gs1.identifiers import Identifier, find_identifier

CANONICAL_STEM: Final = "https://id.gs1.org"

_ADDRESS: Final = re.compile(
    r"(?P<scheme>https|http|HTTPS|HTTP)://(?P<domain>[A-Za-z0-9._:\[\]-]+)(?P<path>/[^?#]*)"
    r"(?:\?(?P<query>[^#]*))?(?:#.*)?",
    re.ASCII,
)
_CHARACTERS: Final = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*")
"""Source: RFC 3986, section 2."""
_ENCODED: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

SHORT_NAMES: Final = {
    "sscc": "00",
    "gtin": "01",
    "cpv": "22",
    "lot": "10",
    "ser": "21",
    "itip": "8006",
    "gmn": "8013",
    "cpid": "8010",
    "cpsn": "8011",
    "ginc": "401",
    "gsin": "402",
    "gln": "414",
    "glnx": "254",
    "party": "417",
    "payTo": "415",
    "refNo": "8020",
    "gsrnp": "8017",
    "gsrn": "8018",
    "srin": "8019",
    "gcn": "255",
    "gdti": "253",
    "grai": "8003",
    "giai": "8004",
}
"""Names instead of numbers, in addresses printed before November 2022, when version 1.3.0 took them out."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What of older or looser syntax is let pass.

    short_names: «/gtin/» for «/01/». short_gtins: GTINs of 8, 12 or 13 digits, which get their zeros. unknown: query
    keys of digits that are no identifier.
    """

    short_names: bool = False
    short_gtins: bool = False
    unknown: bool = False


STRICT: Final = Reading()


@dataclass(frozen=True, slots=True)
class DigitalLinkUri:
    """A Digital Link taken apart: key and qualifiers of the path, attributes of the query, in the order found.

    stem: scheme, domain and whatever stands before the key, without a slash at the end.
    """

    stem: str
    path: tuple[Element, ...]
    attributes: tuple[Element, ...]

    @property
    def elements(self) -> tuple[Element, ...]:
        """All elements, those of the path first."""
        return self.path + self.attributes


def parse_uri(address: str, reading: Reading = STRICT) -> DigitalLinkUri:
    """The Digital Link that `address` is. Raises SyntaxBreachError.

    The right-most key in the path counts; anything may stand before it. Identifiers that are checked apart
    (`combinations`) are not asked here.
    """
    if not _CHARACTERS.fullmatch(address):
        raise SyntaxBreachError("character")
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise SyntaxBreachError("no_address")
    path, before = _read_path(found["path"], reading)
    attributes = tuple(_read_query(found["query"] or "", reading))
    _check(path, attributes)
    return DigitalLinkUri(f"{found['scheme']}://{found['domain']}{before}", path, attributes)


def build_uri(
    elements: Sequence[Element], stem: str = CANONICAL_STEM, *, permit_unknown: bool = False
) -> str:
    """The address of `elements` under `stem`. Raises SyntaxBreachError if they make no Digital Link.

    The first key among them is what it is about; its qualifiers follow in their order, all else is in the query,
    values of fixed length first. permit_unknown: identifiers that no table has may stand there too.
    """
    distinct = tuple(dict.fromkeys(elements))
    key = next((each for each in distinct if each.identifier.is_key), None)
    if key is None:
        raise SyntaxBreachError("no_key")
    path = (key, *_qualifiers(key, distinct))
    rest = [each for each in distinct if each not in path]
    attributes = sorted(rest, key=lambda each: not each.identifier.is_fixed)
    _check(path, attributes)
    if not permit_unknown and not all(each.identifier.is_known for each in attributes):
        raise SyntaxBreachError("unknown_identifier")
    address = stem.rstrip("/") + "".join(f"/{each.number}/{escaped(each.value)}" for each in path)
    if attributes:
        address += "?" + "&".join(f"{each.number}={escaped(each.value)}" for each in attributes)
    return address


def canonical_uri(link: DigitalLinkUri) -> str:
    """The one address for what `link` is about, as events and hashes name it: at id.gs1.org, without attributes."""
    return build_uri(link.path)


def is_path_sequence(numbers: Sequence[str]) -> bool:
    """Whether a path may consist of these identifiers: a key and, in order, some of its qualifiers."""
    identifier = find_identifier(numbers[0]) if numbers else None
    if identifier is None or identifier.sequences is None:
        return False
    return any(_is_within(numbers[1:], sequence) for sequence in identifier.sequences)


def escaped(text: str, *, in_query: bool = False) -> str:
    """`text` percent-encoded, all but letters, digits and `-._~`; in a query a space may be «+»."""
    return "".join(
        each if each in _UNRESERVED else "+" if in_query and each == " " else _percent(each) for each in text
    )


def unescaped(text: str, *, in_query: bool = False) -> str:
    """`text` without percent-encoding, each byte one character; what is no encoding stays.

    «+» is a space in a query.
    """
    if in_query:
        text = text.replace("+", " ")
    return _ENCODED.sub(lambda found: chr(int(found[1], 16)), text)


def _percent(character: str) -> str:
    code = ord(character)
    # Bytes come back from `unescaped` as characters below 256; what is above is of our own texts.
    data = bytes([code]) if code < 256 else character.encode()
    return "".join(f"%{byte:02X}" for byte in data)


def _read_path(path: str, reading: Reading) -> tuple[tuple[Element, ...], str]:
    """The elements of a path from its right-most key on, and what stands before that."""
    pieces = path.split("/")
    start = _start_of_key(pieces, reading)
    elements: list[Element] = []
    for at in range(start, len(pieces), 2):
        identifier = _named(pieces[at], reading)
        if identifier is None:
            raise SyntaxBreachError("unknown_identifier")
        elements.append(_element(identifier, unescaped(pieces[at + 1]), reading))
    return tuple(elements), "/".join(pieces[:start])


def _start_of_key(pieces: Sequence[str], reading: Reading) -> int:
    """Where the right-most key stands, going back from the end in pairs of identifier and value."""
    for at in range(len(pieces) - 2, 0, -2):
        identifier = _named(pieces[at], reading)
        if identifier is None:
            break
        if identifier.is_key:
            return at
    raise SyntaxBreachError("no_digital_link")


def _read_query(query: str, reading: Reading) -> Iterator[Element]:
    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        if not equals:
            continue
        identifier = _named(name, reading)
        if identifier is None and not (name.isascii() and name.isdigit()):
            continue
        if identifier is None:
            identifier = known_identifier(name, permit_unknown=reading.unknown)
        yield _element(identifier, unescaped(value, in_query=True), reading)


def _named(name: str, reading: Reading) -> Identifier | None:
    return find_identifier(SHORT_NAMES.get(name, name) if reading.short_names else name)


def _element(identifier: Identifier, value: str, reading: Reading) -> Element:
    if "\0" in value:
        raise SyntaxBreachError("null_character")
    if reading.short_gtins and identifier.number == "01" and len(value) in (8, 12, 13):
        value = value.zfill(14)
    return checked_element(identifier, value)


def _check(path: Sequence[Element], attributes: Sequence[Element]) -> None:
    """Raises SyntaxBreachError unless path and query go together."""
    numbers = [each.number for each in path]
    if not is_path_sequence(numbers):
        raise SyntaxBreachError("path_sequence")
    named = numbers + [each.number for each in attributes]
    if len(set(named)) < len(named):
        raise SyntaxBreachError("repeated")
    for each in attributes:
        if not each.identifier.is_attribute or _is_qualifier(path[0], each.number):
            raise SyntaxBreachError("not_an_attribute")


def _is_qualifier(key: Element, number: str) -> bool:
    return any(number in sequence for sequence in key.identifier.sequences or ())


def _qualifiers(key: Element, elements: Iterable[Element]) -> list[Element]:
    """The elements that qualify `key`, of the sequence that takes most of them, in its order."""
    by_number = {each.number: each for each in elements}
    choices = (
        [by_number[number] for number in sequence if number in by_number]
        for sequence in key.identifier.sequences or ()
    )
    return max(choices, key=len, default=[])


def _is_within(numbers: Sequence[str], sequence: Sequence[str]) -> bool:
    rest = iter(sequence)
    return all(number in rest for number in numbers)
