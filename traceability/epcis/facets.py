"""What of an event is asked for: its kind, step, places and everything that it names, in full and canonical."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from traceability.epcis.event_hash import utc_instant
from traceability.epcis.identifiers import canonical_identifier
from traceability.epcis.terms import expanded, full_word, prefixes_of

EPC_ROLES: Final = ("epcList", "childEPCs", "parentID", "inputEPCList", "outputEPCList")
CLASS_ROLES: Final = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")


@dataclass(frozen=True, slots=True)
class Named:
    """Something that an event names. role: the list that it stands in; quantity: of a class, where it is stated."""

    role: str
    name: str
    quantity: float | None = None


@dataclass(frozen=True, slots=True)
class Facets:
    """Of one event. Words and places in full; event_at: UTC."""

    event_type: str
    action: str | None
    biz_step: str | None
    disposition: str | None
    read_point: str | None
    biz_location: str | None
    event_at: datetime
    is_error: bool
    named: tuple[Named, ...]


def facets_of(event: Mapping[str, Any], context: Any = None) -> Facets:
    """The facets of an event that is without faults (`traceability.epcis.rules`)."""
    prefixes = prefixes_of(context, event.get("@context"))
    return Facets(
        event_type=event["type"],
        action=event.get("action"),
        biz_step=_word("bizStep", event, prefixes),
        disposition=_word("disposition", event, prefixes),
        read_point=_place("readPoint", event, prefixes),
        biz_location=_place("bizLocation", event, prefixes),
        event_at=datetime.fromisoformat(utc_instant(event["eventTime"])).astimezone(UTC),
        is_error="errorDeclaration" in event,
        named=tuple(dict.fromkeys(_named(event, prefixes))),
    )


def canonical_name(text: str, prefixes: Mapping[str, str] | None = None) -> str:
    """An identifier as it is kept and compared."""
    return canonical_identifier(text) or expanded(text, prefixes_of() if prefixes is None else prefixes)


def _named(event: Mapping[str, Any], prefixes: Mapping[str, str]) -> Iterator[Named]:
    for role in EPC_ROLES:
        value = event.get(role) or []
        for each in [value] if isinstance(value, str) else value:
            yield Named(role, canonical_name(each, prefixes))
    for role in CLASS_ROLES:
        for each in event.get(role) or []:
            quantity = each.get("quantity")
            name = canonical_name(each["epcClass"], prefixes)
            yield Named(role, name, None if quantity is None else float(quantity))


def _word(kind: str, event: Mapping[str, Any], prefixes: Mapping[str, str]) -> str | None:
    word = event.get(kind)
    return None if word is None else full_word(kind, word, prefixes)


def _place(name: str, event: Mapping[str, Any], prefixes: Mapping[str, str]) -> str | None:
    place = event.get(name)
    return None if place is None else canonical_name(place["id"], prefixes)
