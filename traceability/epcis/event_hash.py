"""The hash that identifies an event by what it says: `ni:///sha-256;<hex>?ver=CBV2.0`.

Source: GS1 CBV 2.0, section 8.9.2 (event hash ID). Whoever has the same event comes to the same hash, however it is
written: fields in one order, lists sorted, times in UTC with milliseconds, identifiers and words in full. Left out are
`eventID`, `recordTime`, `errorDeclaration` (an event declared wrong keeps its identity) and what is to be ignored.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from typing import Any, Final

from traceability.epcis.identifiers import canonical_identifier
from traceability.epcis.terms import expanded, full_word, prefixes_of

_LEFT_OUT: Final = frozenset(["@context", "type", "eventID", "recordTime", "errorDeclaration"])
_TIMES: Final = frozenset(["eventTime", "time", "startTime", "endTime"])

Order = tuple[tuple[str, str], ...]
"""Fields in their order, each with the kind of its value: a key of `_ORDERS`, a kind of word, or «»."""

_EVENT: Final[Order] = (
    ("eventTime", ""),
    ("eventTimeZoneOffset", ""),
    ("certificationInfo", ""),
    ("epcList", "epcs"),
    ("parentID", ""),
    ("inputEPCList", "epcs"),
    ("childEPCs", "epcs"),
    ("quantityList", "quantities"),
    ("childQuantityList", "quantities"),
    ("inputQuantityList", "quantities"),
    ("outputEPCList", "epcs"),
    ("outputQuantityList", "quantities"),
    ("action", ""),
    ("transformationID", ""),
    ("bizStep", "bizStep"),
    ("disposition", "disposition"),
    ("persistentDisposition", "dispositions"),
    ("readPoint", "place"),
    ("bizLocation", "place"),
    ("bizTransactionList", "transactions"),
    ("destinationList", "destinations"),
    ("sourceList", "sources"),
    ("sensorElementList", "sensors"),
    ("ilmd", "free"),
)
_REPORT: Final[Order] = (
    ("type", "measurement"),
    ("exception", "alert"),
    *(
        (name, "")
        for name in [
            "deviceID",
            "deviceMetadata",
            "rawData",
            "dataProcessingMethod",
            "bizRules",
            "time",
            "microorganism",
            "chemicalSubstance",
            "value",
        ]
    ),
    ("component", "component"),
    *(
        (name, "")
        for name in [
            "stringValue",
            "booleanValue",
            "hexBinaryValue",
            "uriValue",
            "minValue",
            "maxValue",
            "meanValue",
            "percRank",
            "percValue",
            "sDev",
            "uom",
            "coordinateReferenceSystem",
        ]
    ),
)
_ORDERS: Final[Mapping[str, Order]] = {
    "quantities": (("epcClass", ""), ("quantity", ""), ("uom", "")),
    "dispositions": (("set", "disposition"), ("unset", "disposition")),
    "place": (("id", ""),),
    "transactions": (("type", "transaction"), ("bizTransaction", "")),
    "destinations": (("type", "party"), ("destination", "")),
    "sources": (("type", "party"), ("source", "")),
    "sensors": (("sensorMetadata", "metadata"), ("sensorReport", "report")),
    "metadata": tuple(
        (name, "")
        for name in [
            "time",
            "startTime",
            "endTime",
            "deviceID",
            "deviceMetadata",
            "rawData",
            "dataProcessingMethod",
            "bizRules",
        ]
    ),
    "report": _REPORT,
    "free": (),
}
_ELEMENT_NAMES: Final[Mapping[str, str]] = {
    "epcs": "epc",
    "quantities": "quantityElement",
    "sensors": "sensorElement",
}
"""What every item of a list is called in the text that is hashed, where it is called something."""


def hash_id(event: Mapping[str, Any], context: Any = None, ignore: Collection[str] = ()) -> str:
    """The hash of one event as a URI. context: the `@context` of the document that it stands in; ignore: full or short
    names of extension fields to leave out. Raises ValueError where a time cannot be read.
    """
    digest = sha256(prehash(event, context, ignore).encode()).hexdigest()
    return f"ni:///sha-256;{digest}?ver=CBV2.0"


def document_hashes(document: Mapping[str, Any]) -> list[str]:
    """The hashes of all events of a document or of the answer to a query, in their order."""
    return [
        hash_id(event, document.get("@context"), ignored_fields(document)) for event in events_of(document)
    ]


def prehash(event: Mapping[str, Any], context: Any = None, ignore: Collection[str] = ()) -> str:
    """The text whose SHA-256 is the hash of `event`."""
    prefixes = prefixes_of(context, event.get("@context"))
    writer = _Writer(prefixes, frozenset(_name(each, prefixes) for each in ignore))
    return f"eventType={expanded(str(event.get('type', '')), prefixes)}" + writer.fields(event, _EVENT)


def events_of(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The events of a document, of an answer to a query, or of a single event."""
    body = document.get("epcisBody")
    if not isinstance(body, Mapping):
        return [document]
    results = body.get("queryResults")
    if isinstance(results, Mapping):
        body = results.get("resultsBody", {})
    listed = body.get("eventList") if isinstance(body, Mapping) else None
    return [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []


def ignored_fields(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the fields that a document says are no part of its events («repository-x:ignoreFields»)."""
    named = (value for name, value in document.items() if name.rpartition(":")[2] == "ignoreFields")
    return tuple(str(each) for value in named if isinstance(value, list) for each in value)


class _Writer:
    """Writes one event. ignored: full names of extension fields."""

    def __init__(self, prefixes: Mapping[str, str], ignored: Collection[str]) -> None:
        self._prefixes = prefixes
        self._ignored = ignored

    def fields(self, value: Mapping[str, Any], order: Order) -> str:
        known = "".join(
            self._field(name, kind, value[name]) for name, kind in order if value.get(name) is not None
        )
        named = {name for name, _kind in order} | _LEFT_OUT
        further = {name: each for name, each in value.items() if name not in named}
        return known + self._extensions(further)

    def _field(self, name: str, kind: str, value: Any) -> str:
        items = value if isinstance(value, list) else [value]
        if kind in {"metadata", "report"}:
            return self._sorted(name + self.fields(each, _ORDERS[kind]) for each in items)
        if kind == "epcs":
            return _headed(name, self._sorted(f"epc={self._text('', '', each)}" for each in items))
        if kind in _ORDERS:
            element = _ELEMENT_NAMES.get(kind, "")
            return _headed(name, self._sorted(element + self.fields(each, _ORDERS[kind]) for each in items))
        return self._sorted(f"{name}={self._text(name, kind, each)}" for each in items)

    def _extensions(self, further: Mapping[str, Any]) -> str:
        parts = []
        for name, value in further.items():
            full = _name(name, self._prefixes)
            if full in self._ignored or name.startswith("@"):
                continue
            parts += [self._extension(full, each) for each in (value if isinstance(value, list) else [value])]
        return "".join(sorted(parts))

    def _extension(self, name: str, value: Any) -> str:
        if isinstance(value, Mapping):
            return name + self._extensions(value)
        return f"{name}={self._text('', '', value)}"

    def _text(self, name: str, kind: str, value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float | Decimal):
            return _number(value)
        if not isinstance(value, str):
            return "" if value is None else str(value)
        if name in _TIMES:
            return utc_instant(value)
        if kind:
            return full_word(kind, value, self._prefixes)
        return canonical_identifier(value) or expanded(value, self._prefixes)

    @staticmethod
    def _sorted(parts: Iterable[str]) -> str:
        return "".join(sorted(parts))


def utc_instant(text: str) -> str:
    """A date and time with its zone as UTC with milliseconds, half a millisecond rounded up.

    Raises ValueError for anything else. Source: RFC 3339; CBV 2.0, 8.9.2.
    """
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise ValueError(f"no instant with a time zone: {text[:40]!r}")
    moment = datetime.fromisoformat(f"{found['day']}T{found['clock']}{found['zone'].replace('z', 'Z')}")
    fraction = Decimal(f"0.{found['fraction'] or 0}").quantize(Decimal("0.001"), ROUND_HALF_UP)
    whole = int(moment.timestamp()) * 1000 + int(fraction * 1000)
    written = datetime.fromtimestamp(whole // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{written.zfill(19)}.{whole % 1000:03d}Z"


_INSTANT: Final = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[Tt](?P<clock>\d\d:\d\d:\d\d)(?:\.(?P<fraction>\d{1,18}))?(?P<zone>[Zz]|[+-]\d\d:\d\d)",
    re.ASCII,
)


def _headed(name: str, content: str) -> str:
    """An empty list says nothing, and is not there."""
    return name + content if content else ""


def _number(value: float | Decimal) -> str:
    """Without zeros at the end and without an exponent."""
    if isinstance(value, int):
        return str(value)
    written = f"{Decimal(str(value)):f}"
    return (written.rstrip("0").rstrip(".") if "." in written else written) or "0"


def _name(name: str, prefixes: Mapping[str, str]) -> str:
    """The name of an extension field with its namespace: «{https://ns.example.com/epcis/}myField»."""
    if name.startswith("{"):
        return name
    prefix, colon, local = name.partition(":")
    if colon and prefix in prefixes and not local.startswith("//"):
        return f"{{{prefixes[prefix]}}}{local}"
    cut = max(name.rfind("/"), name.rfind("#"), name.rfind(":")) + 1
    return f"{{{name[:cut]}}}{name[cut:]}" if cut else name
