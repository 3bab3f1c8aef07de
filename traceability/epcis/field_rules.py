"""Rules for single fields of events, by name: what a time, a word, a list of quantities must look like."""

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from traceability.epcis import terms
from traceability.epcis.event_hash import utc_instant

VALUE_CHARS: Final = 80
"""So much of a wrong value is told back."""

_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+._-]*:[^\s<>\"{}|\\^`\x00-\x20]+")
_OFFSET: Final = re.compile(r"[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)", re.ASCII)
_UNIT: Final = re.compile(r"[A-Z0-9]{2,3}", re.ASCII)
_HEX: Final = re.compile(r"[0-9A-Fa-f]+", re.ASCII)
_MEASUREMENT: Final = re.compile(r"[A-Z][A-Za-z_]{1,60}", re.ASCII)
"""The list of the Web Vocabulary grows (EffectiveDoseRate came later); a word of its form is taken."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be taken. pointer: where, as a JSON Pointer (RFC 6901); reason: a short word for it."""

    pointer: str
    reason: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What short names mean here. is_open: a context that we cannot read may define more of them."""

    prefixes: Mapping[str, str]
    is_open: bool = False


Rule = Callable[[Any, str, Scope], Iterator[Fault]]


def check(rule: str, value: Any, at: str, scope: Scope) -> Iterator[Fault]:
    """The faults of a value under the rule of that name."""
    if value is None:
        yield Fault(at, "missing")
    elif rule in _WORDS:
        yield from _word(rule, value, at)
    else:
        yield from _RULES[rule](value, at, scope)


def extension_name(name: str, at: str, scope: Scope) -> Iterator[Fault]:
    """A field that is none of the standard's needs a namespace that the document names."""
    pointer = f"{at}/{name[:VALUE_CHARS].replace('~', '~0').replace('/', '~1')}"
    prefix, colon, rest = name.partition(":")
    if not colon or not rest:
        yield Fault(pointer, "without_namespace", name[:VALUE_CHARS])
    elif prefix not in scope.prefixes and not scope.is_open and prefix not in {"http", "https", "urn"}:
        yield Fault(pointer, "unknown_namespace", prefix[:VALUE_CHARS])


def _any(value: Any, at: str, scope: Scope) -> Iterator[Fault]:
    yield from ()


def _text(value: Any, at: str, scope: Scope) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield Fault(at, "not_text")


def _context(value: Any, at: str, scope: Scope) -> Iterator[Fault]:
    items = value if isinstance(value, list) else [value]
    for number, each in enumerate(items):
        if not isinstance(each, str | Mapping) or (isinstance(each, str) and not _URI.fullmatch(each)):
            yield Fault(f"{at}/{number}" if isinstance(value, list) else at, "not_a_context")


def _uri(value: Any, at: str, scope: Scope) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield Fault(at, "not_text")
    elif not _URI.fullmatch(value):
        yield Fault(at, "not_a_uri", value[:VALUE_CHARS])


def _uris(value: Any, at: str, scope: Scope) -> Iterator[Fault]:
    yield from _list(value, at, scope, _uri)
    if isinstance(value, list):
        seen: set[str] = set()
        for number, each in enumerate(value):
            if isinstance(each, str) and each in seen:
                yield Fault(f"{at}/{number}", "repeated", each[:VALUE_CHARS])
            seen.add(str(each))


def _time(value: Any, at: str, scope: Scope) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield Fault(at, "not_text")
        return
    try:
        year = datetime.fromisoformat(utc_instant(value)).year
    except (ValueError, OverflowError):
        year = 0
    if year < 1900:
        yield Fault(at, "not_a_time", value[:VALUE_CHARS])


def _offset(value: Any, at: str, scope: Scope) -> Iterator[Fault]:
    if not isinstance(value, str) or not _OFFSET.fullmatch(value):
        yield Fault(at, "not_an_offset", str(value)[:VALUE_CHARS])


def _action(value: Any, at: str, scope: Scope) -> Iterator[Fault]:
    if value not in ("OBSERVE", "ADD", "DELETE"):
        yield Fault(at, "unknown_word", str(value)[:VALUE_CHARS])


def _number(value: Any, at: str, scope: Scope) -> Iterator[Fault]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Fault(at, "not_a_number", str(value)[:VALUE_CHARS])
    elif not math.isfinite(value) or abs(value) > 1e15:
        yield Fault(at, "out_of_range")


def _boolean(value: Any, at: str, scope: Scope) -> Iterator[Fault]:
    if not isinstance(value, bool):
        yield Fault(at, "not_a_boolean")


def _shaped(pattern: re.Pattern[str], reason: str) -> Rule:
    def rule(value: Any, at: str, scope: Scope) -> Iterator[Fault]:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            yield Fault(at, reason, str(value)[:VALUE_CHARS])

    return rule


_WORDS: Final[Mapping[str, Collection[str]]] = {
    "bizStep": terms.BIZ_STEPS,
    "disposition": terms.DISPOSITIONS,
    "transaction": terms.TRANSACTION_TYPES,
    "party": terms.PARTY_TYPES,
    "reason": terms.ERROR_REASONS,
    "component": terms.COMPONENTS,
    "alert": terms.ALERTS,
    "measurement": (),
}


def _word(kind: str, value: Any, at: str) -> Iterator[Fault]:
    """A word of the vocabulary, short or in full, or an address of somebody else's vocabulary."""
    if not isinstance(value, str):
        yield Fault(at, "not_text")
        return
    if ":" in value and (not _URI.fullmatch(value) or value.startswith(terms.CBV_URN)):
        yield Fault(at, "not_a_uri", value[:VALUE_CHARS])
        return
    full, stem = terms.full_word(kind, value, terms.PREFIXES), terms.WORD_STEMS[kind]
    if not full.startswith(stem):
        return
    word = full.removeprefix(stem)
    is_known = bool(_MEASUREMENT.fullmatch(word)) if kind == "measurement" else word in _WORDS[kind]
    if not is_known:
        yield Fault(at, "unknown_word", value[:VALUE_CHARS])


def _list(value: Any, at: str, scope: Scope, rule: Rule) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield Fault(at, "not_a_list")
        return
    for number, each in enumerate(value):
        yield from rule(each, f"{at}/{number}", scope)


@dataclass(frozen=True, slots=True)
class _Object:
    """A rule for an object: its fields with their rules, those that must be there, and whether others may be."""

    fields: Mapping[str, str]
    needed: tuple[str, ...] = ()
    may_have_more: bool = False

    def __call__(self, value: Any, at: str, scope: Scope) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield Fault(at, "not_an_object")
            return
        for name in self.needed:
            if name not in value:
                yield Fault(f"{at}/{name}", "missing")
        for name, each in value.items():
            if name in self.fields:
                yield from check(self.fields[name], each, f"{at}/{name}", scope)
            elif self.may_have_more:
                yield from extension_name(name, at, scope)
            else:
                yield Fault(f"{at}/{name[:VALUE_CHARS]}", "unknown_field")


def _listed(rule: Rule) -> Rule:
    return lambda value, at, scope: _list(value, at, scope, rule)


def _ilmd(value: Any, at: str, scope: Scope) -> Iterator[Fault]:
    yield from _Object({}, may_have_more=True)(value, at, scope)


def _certification(value: Any, at: str, scope: Scope) -> Iterator[Fault]:
    yield from (_uris if isinstance(value, list) else _uri)(value, at, scope)


def _dispositions(value: Any, at: str, scope: Scope) -> Iterator[Fault]:
    yield from _Object({"set": "some_dispositions", "unset": "some_dispositions"})(value, at, scope)
    if isinstance(value, Mapping) and not value:
        yield Fault(f"{at}/set", "missing")


def _some_dispositions(value: Any, at: str, scope: Scope) -> Iterator[Fault]:
    yield from _list(value, at, scope, lambda each, pointer, _scope: _word("disposition", each, pointer))
    if value == []:
        yield Fault(at, "missing")


def _reports(value: Any, at: str, scope: Scope) -> Iterator[Fault]:
    yield from _list(value, at, scope, _REPORT)
    if value == []:
        yield Fault(at, "missing")


_REPORT: Final = _Object(
    {
        "type": "measurement",
        "exception": "alert",
        "component": "component",
        "time": "time",
        "stringValue": "text",
        "booleanValue": "boolean",
        "hexBinaryValue": "hex",
        "uom": "text",
        **dict.fromkeys(
            [
                "deviceID",
                "deviceMetadata",
                "rawData",
                "dataProcessingMethod",
                "bizRules",
                "microorganism",
                "chemicalSubstance",
                "coordinateReferenceSystem",
                "uriValue",
            ],
            "uri",
        ),
        **dict.fromkeys(
            ["value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"], "number"
        ),
    },
    ("type",),
    may_have_more=True,
)
_METADATA: Final = _Object(
    {
        **dict.fromkeys(("time", "startTime", "endTime"), "time"),
        **dict.fromkeys(("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"), "uri"),
    },
    may_have_more=True,
)
_RULES: Final[Mapping[str, Rule]] = {
    "any": _any,
    "text": _text,
    "context": _context,
    "uri": _uri,
    "uris": _uris,
    "time": _time,
    "offset": _offset,
    "action": _action,
    "number": _number,
    "boolean": _boolean,
    "unit": _shaped(_UNIT, "not_a_unit"),
    "hex": _shaped(_HEX, "not_hexadecimal"),
    "quantities": _listed(_Object({"epcClass": "uri", "quantity": "number", "uom": "unit"}, ("epcClass",))),
    "place": _Object({"id": "uri"}, ("id",), may_have_more=True),
    "transactions": _listed(_Object({"type": "transaction", "bizTransaction": "uri"}, ("bizTransaction",))),
    "sources": _listed(_Object({"type": "party", "source": "uri"}, ("type", "source"))),
    "destinations": _listed(_Object({"type": "party", "destination": "uri"}, ("type", "destination"))),
    "sensors": _listed(
        _Object(
            {"sensorMetadata": "metadata", "sensorReport": "reports"}, ("sensorReport",), may_have_more=True
        )
    ),
    "metadata": _METADATA,
    "reports": _reports,
    "ilmd": _ilmd,
    "certification": _certification,
    "dispositions": _dispositions,
    "some_dispositions": _some_dispositions,
    "error": _Object(
        {"declarationTime": "time", "reason": "reason", "correctiveEventIDs": "uris"},
        ("declarationTime",),
        may_have_more=True,
    ),
}
