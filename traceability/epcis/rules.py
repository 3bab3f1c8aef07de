"""Whether a document of events can be taken: structure, words, times and namespaces, each fault with its place.

Sources: EPCIS 2.0 and its JSON schema 2.0.1 (which fields, which must be there), CBV 2.0 (words). The schema alone
lets words that nobody defined, times that are none and fields of no namespace through; these rules do not.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from traceability.epcis import field_rules
from traceability.epcis.field_rules import Fault, Scope
from traceability.epcis.terms import prefixes_of

FAULTS_MAX: Final = 100
"""So many are told of a document; mending them shows the others."""

_VERSION: Final = re.compile(r"2(\.\d{1,3}){0,3}", re.ASCII)
_COMMON: Final = {
    "@context": "context",
    "type": "any",
    "eventID": "uri",
    "eventTime": "time",
    "recordTime": "time",
    "eventTimeZoneOffset": "offset",
    "certificationInfo": "certification",
    "errorDeclaration": "error",
}
_WHY_WHERE: Final = {
    "bizStep": "bizStep",
    "disposition": "disposition",
    "readPoint": "place",
    "bizLocation": "place",
    "bizTransactionList": "transactions",
    "sourceList": "sources",
    "destinationList": "destinations",
    "sensorElementList": "sensors",
    "persistentDisposition": "dispositions",
}
_CHILDREN: Final = {
    "parentID": "uri",
    "childEPCs": "uris",
    "childQuantityList": "quantities",
    "action": "action",
}


@dataclass(frozen=True, slots=True)
class _Kind:
    """fields: those an event may have beside the common ones, each with its rule. needed: those it must have.
    one_of: at least one must be there with something in it, unless the event takes something apart (DELETE)."""

    fields: Mapping[str, str]
    needed: tuple[str, ...]
    one_of: tuple[str, ...] = ()


_KINDS: Final[Mapping[str, _Kind]] = {
    "ObjectEvent": _Kind(
        {"epcList": "uris", "quantityList": "quantities", "action": "action", "ilmd": "ilmd"}, ("action",)
    ),
    "AggregationEvent": _Kind(_CHILDREN, ("action",), ("childEPCs", "childQuantityList")),
    "AssociationEvent": _Kind(_CHILDREN, ("action", "parentID"), ("childEPCs", "childQuantityList")),
    "TransactionEvent": _Kind(
        {"parentID": "uri", "epcList": "uris", "quantityList": "quantities", "action": "action"},
        ("action", "bizTransactionList"),
    ),
    "TransformationEvent": _Kind(
        {
            "inputEPCList": "uris",
            "inputQuantityList": "quantities",
            "outputEPCList": "uris",
            "outputQuantityList": "quantities",
            "transformationID": "uri",
            "ilmd": "ilmd",
        },
        (),
    ),
}
EVENT_TYPES: Final = frozenset(_KINDS)


def document_faults(document: Any) -> list[Fault]:
    """What keeps a document, an answer to a query or a single event from being taken; nothing if it can be."""
    return list(_capped(_document(document)))


def event_faults(event: Any, context: Any = None) -> list[Fault]:
    """What is wrong with one event that stands in a document with that `@context`."""
    return list(_capped(_event(event, "", context)))


def _capped(faults: Iterator[Fault]) -> Iterator[Fault]:
    for number, fault in enumerate(faults):
        if number == FAULTS_MAX:
            return
        yield fault


def _document(document: Any) -> Iterator[Fault]:
    if not isinstance(document, Mapping):
        yield Fault("", "not_an_object")
        return
    kind = document.get("type")
    body = _BODIES.get(kind) if isinstance(kind, str) else None
    if body is None:
        if document.get("@context") is None:
            yield Fault("/@context", "missing")
        yield from _event(document, "", None)
        return
    is_answer = kind == "EPCISQueryDocument"
    for name in ("@context", "epcisBody") if is_answer else _HEAD_NEEDED:
        if name not in document:
            yield Fault(f"/{name}", "missing")
    yield from _head(document)
    if "epcisBody" in document:
        yield from body(document["epcisBody"], document.get("@context"))


def _head(document: Mapping[str, Any]) -> Iterator[Fault]:
    context, version = document.get("@context"), document.get("schemaVersion")
    scope = Scope(prefixes_of(context), _has_foreign(context))
    for name, value in document.items():
        if name in _HEAD_RULES:
            yield from field_rules.check(_HEAD_RULES[name], value, f"/{name}", scope)
        elif name not in {"epcisBody", "epcisHeader", "type"}:
            yield from field_rules.extension_name(name, "", scope)
    if isinstance(version, str) and not _VERSION.fullmatch(version):
        yield Fault("/schemaVersion", "unknown_version", version[: field_rules.VALUE_CHARS])


_HEAD_NEEDED: Final = ("@context", "schemaVersion", "creationDate", "epcisBody")
_HEAD_RULES: Final = {
    "@context": "context",
    "id": "uri",
    "schemaVersion": "text",
    "creationDate": "time",
    "instanceIdentifier": "text",
    "sender": "text",
    "receiver": "text",
}


def _capture_body(body: Any, context: Any) -> Iterator[Fault]:
    if not isinstance(body, Mapping):
        yield Fault("/epcisBody", "not_an_object")
        return
    yield from _events(body, "/epcisBody", context)


def _query_body(body: Any, context: Any) -> Iterator[Fault]:
    results = body.get("queryResults") if isinstance(body, Mapping) else None
    inner = results.get("resultsBody") if isinstance(results, Mapping) else None
    if not isinstance(results, Mapping) or not isinstance(inner, Mapping):
        yield Fault("/epcisBody/queryResults/resultsBody", "missing")
        return
    if not isinstance(results.get("queryName"), str):
        yield Fault("/epcisBody/queryResults/queryName", "missing")
    yield from _events(inner, "/epcisBody/queryResults/resultsBody", context)


_BODIES: Final[Mapping[str, Callable[[Any, Any], Iterator[Fault]]]] = {
    "EPCISDocument": _capture_body,
    "EPCISQueryDocument": _query_body,
}


def _events(body: Mapping[str, Any], at: str, context: Any) -> Iterator[Fault]:
    events = body.get("eventList")
    if not isinstance(events, list):
        yield Fault(f"{at}/eventList", "missing" if events is None else "not_a_list")
        return
    for number, event in enumerate(events):
        yield from _event(event, f"{at}/eventList/{number}", context)


def _event(event: Any, at: str, context: Any) -> Iterator[Fault]:
    if not isinstance(event, Mapping):
        yield Fault(at, "not_an_object")
        return
    own = event.get("@context")
    scope = Scope(prefixes_of(context, own), _has_foreign(context) or _has_foreign(own))
    name = event.get("type")
    if not isinstance(name, str):
        yield Fault(f"{at}/type", "missing" if name is None else "not_text")
        return
    kind = _KINDS.get(name)
    if kind is None:
        yield Fault(f"{at}/type", "unknown_type", name)
        return
    rules = {**_COMMON, **_WHY_WHERE, **kind.fields}
    for needed in ("eventTime", "eventTimeZoneOffset", *kind.needed):
        if event.get(needed) is None:
            yield Fault(f"{at}/{needed}", "missing")
    for field, value in event.items():
        if field in rules:
            yield from field_rules.check(rules[field], value, f"{at}/{field}", scope)
        else:
            yield from field_rules.extension_name(field, at, scope)
    yield from _whole_event(name, kind, event, at)


def _whole_event(name: str, kind: _Kind, event: Mapping[str, Any], at: str) -> Iterator[Fault]:
    is_taking_apart = event.get("action") == "DELETE"
    if kind.one_of and not is_taking_apart and not any(event.get(field) for field in kind.one_of):
        yield Fault(f"{at}/{kind.one_of[0]}", "missing")
    if name == "ObjectEvent":
        named = isinstance(event.get("epcList"), list) or bool(event.get("quantityList"))
        if not named and not (event.get("sensorElementList") and event.get("readPoint")):
            yield Fault(f"{at}/epcList", "missing")
        if "ilmd" in event and event.get("action") != "ADD":
            yield Fault(f"{at}/ilmd", "only_when_added")
    if name == "TransactionEvent":
        named = isinstance(event.get("epcList"), list) or bool(event.get("quantityList"))
        if not named and not is_taking_apart:
            yield Fault(f"{at}/epcList", "missing")
        if event.get("bizTransactionList") == []:
            yield Fault(f"{at}/bizTransactionList", "missing")
    if name == "TransformationEvent":
        has_input = bool(event.get("inputEPCList") or event.get("inputQuantityList"))
        has_output = bool(event.get("outputEPCList") or event.get("outputQuantityList"))
        if not (has_input and has_output) and not event.get("transformationID"):
            yield Fault(f"{at}/{'outputEPCList' if has_input else 'inputEPCList'}", "missing")


def _has_foreign(context: Any) -> bool:
    """Whether a context is named by an address that is not known by heart: it may define any prefix."""
    if isinstance(context, list):
        return any(_has_foreign(each) for each in context)
    return isinstance(context, str) and not context.startswith("https://ref.gs1.org/standards/epcis/")
