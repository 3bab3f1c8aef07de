"""What the law wants to be told of traced goods, as data: the set of traceability, and the digital product passport.

Sources: Decree 37/2026/NĐ-CP, article 23(5) (data set of traceability) and article 32 (least content of a digital
product passport); schema.org and the GS1 Web Vocabulary for the words. What is not on record is named as unknown, never
guessed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

Json = dict[str, Any]
Row = tuple[str, str, str]
"""Letter of the article, name of the fact, value."""

LAW: Final = "Nghị định 37/2026/NĐ-CP"
DATA_SET_ARTICLE: Final = "23(5)"
PASSPORT_ARTICLE: Final = "32"
COUNTRY: Final = "VN"
VIETNAM: Final = timezone(timedelta(hours=7))
ACTIVE: Final = "https://schema.org/CertificationActive"
INACTIVE: Final = "https://schema.org/CertificationInactive"


@dataclass(frozen=True, slots=True)
class MakerFacts:
    """Who makes the goods. number: in the register here. address: as far as everybody may know it."""

    number: int
    name: str
    kind: str | None
    address: str | None
    url: str


@dataclass(frozen=True, slots=True)
class StandardFacts:
    """A recognition or certificate. state: its own words; is_in_force: whether it counts that day.

    url: of its document, None where none is public.
    """

    kind: str
    name: str | None
    number: str | None
    issuer: str | None
    issued_on: date | None
    expires_on: date | None
    state: str
    is_in_force: bool
    url: str | None


@dataclass(frozen=True, slots=True)
class StepFacts:
    """An event that holds. happened_at: None where only the day is known. place: down to the commune."""

    step: str
    happened_on: date
    happened_at: datetime | None
    place: str | None
    hash_id: str | None


@dataclass(frozen=True, slots=True)
class RecallFacts:
    """A recall of the lot or of packs of it."""

    reason: str
    instruction: str
    opened_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LotTold:
    """All that is told of a lot. name: its name in events. gtin: 14 digits. site: without a slash at the end."""

    number: int
    code: str
    name: str
    gtin: str | None
    product_name: str
    product_name_en: str | None
    product_url: str
    image_urls: tuple[str, ...]
    ingredients: str | None
    storage: str | None
    maker: MakerFacts | None
    origin: str | None
    produced_on: date | None
    expires_on: date | None
    steps: tuple[StepFacts, ...]
    standards: tuple[StandardFacts, ...]
    recalls: tuple[RecallFacts, ...]
    is_demonstration: bool
    site: str


def data_set(lot: LotTold, on: date) -> Json:
    """The data set of traceability, letter by letter, with the names of what is unknown."""
    return {
        "law": f"{LAW}, {DATA_SET_ARTICLE}",
        "as_of": on.isoformat(),
        "is_demonstration": lot.is_demonstration,
        "name": lot.product_name,
        "images": list(lot.image_urls),
        "producer": lot.maker.name if lot.maker else None,
        "address": lot.maker.address if lot.maker else None,
        "origin": lot.origin,
        "events": [_step(each) for each in lot.steps],
        "brand": None,
        "gtin": lot.gtin,
        "lot": lot.code,
        "serial": None,
        "produced_on": _day(lot.produced_on),
        "expires_on": _day(lot.expires_on),
        "standards": [_standard(each) for each in lot.standards],
        "recalls": [_recall(each) for each in lot.recalls],
        "unknown": unknown_of_data_set(lot),
        "events_document": f"{lot.site}/api/v1/lots/{lot.number}/epcis",
    }


def data_set_rows(lot: LotTold) -> Iterator[Row]:
    """The data set as rows of a table; what is not on record has a row without a value."""
    maker = lot.maker
    yield "a", "name", lot.product_name
    yield from _rows("b", "image", lot.image_urls)
    yield "c", "producer", (maker.name if maker else "")
    yield "d", "address", (maker.address or "" if maker else "")
    yield "đ", "origin", lot.origin or ""
    yield from _rows("e", "event", [_step_line(each) for each in lot.steps])
    yield "g", "brand", ""
    yield "g", "gtin", lot.gtin or ""
    yield "g", "lot", lot.code
    yield "h", "produced_on", _day(lot.produced_on) or ""
    yield "h", "expires_on", _day(lot.expires_on) or ""
    yield from _rows("i", "standard", [_standard_line(each) for each in lot.standards])


def unknown_of_data_set(lot: LotTold) -> list[str]:
    """Names of what article 23(5) asks for and nothing is on record of. No brand is kept here at all."""
    facts = {
        "images": lot.image_urls,
        "producer": lot.maker,
        "address": lot.maker and lot.maker.address,
        "origin": lot.origin,
        "events": lot.steps,
        "brand": None,
        "expires_on": lot.expires_on,
        "standards": lot.standards,
    }
    return [name for name, value in facts.items() if not value]


def passport(lot: LotTold, on: date) -> Json:
    """The digital product passport as JSON-LD."""
    made: Json = {
        "@context": {
            "@vocab": "https://schema.org/",
            "gs1": "https://gs1.org/voc/",
            "ocop": f"{lot.site}/voc/",
        },
        "@type": "Product",
        "@id": lot.name,
        "identifier": {"@type": "PropertyValue", "propertyID": "ocop:lot", "value": str(lot.number)},
        "name": _in_languages(lot),
        "url": lot.product_url,
        "gtin": lot.gtin,
        "gs1:hasBatchLotNumber": lot.code,
        "image": list(lot.image_urls),
        "manufacturer": _maker(lot.maker),
        "countryOfOrigin": {"@type": "Country", "identifier": COUNTRY},
        "ocop:origin": lot.origin,
        "productionDate": _day(lot.produced_on),
        "gs1:expirationDate": _day(lot.expires_on),
        "gs1:ingredientStatement": lot.ingredients,
        "gs1:consumerStorageInstructions": lot.storage,
        "hasCertification": [_certification(each) for each in lot.standards],
        "ocop:traceability": _traceability(lot),
        "ocop:recalls": [_recall(each) for each in lot.recalls],
        "ocop:safetyWarnings": [each.instruction for each in lot.recalls if each.closed_on is None],
        "ocop:isDemonstration": lot.is_demonstration,
        "ocop:law": f"{LAW}, {PASSPORT_ARTICLE}",
        "ocop:asOf": on.isoformat(),
        "ocop:unknown": unknown_of_passport(lot),
    }
    return {name: value for name, value in made.items() if value is not None}


def unknown_of_passport(lot: LotTold) -> list[str]:
    """Names of what article 32 asks for and is not on record. Two never are: warnings beyond recalls, and a connection
    to the national portal, which does not exist yet."""
    facts = {
        "gtin": lot.gtin,
        "manufacturer": lot.maker,
        "address": lot.maker and lot.maker.address,
        "origin": lot.origin,
        "events": lot.steps,
        "certificates": lot.standards,
        "production_date": lot.produced_on,
        "expiry_date": lot.expires_on,
        "safety_warnings": None,
        "national_portal": None,
    }
    return [name for name, value in facts.items() if not value]


def _traceability(lot: LotTold) -> Json:
    return {
        "events": [_step(each) for each in lot.steps],
        "epcis": f"{lot.site}/api/v1/lots/{lot.number}/epcis",
        "dataSet": f"{lot.site}/api/v1/lots/{lot.number}/dataset",
        "log": f"{lot.site}/log",
    }


def _in_languages(lot: LotTold) -> list[Json]:
    names = [{"@value": lot.product_name, "@language": "vi"}]
    if lot.product_name_en:
        names.append({"@value": lot.product_name_en, "@language": "en"})
    return names


def _maker(maker: MakerFacts | None) -> Json | None:
    if maker is None:
        return None
    made: Json = {
        "@type": "Organization",
        "identifier": {"@type": "PropertyValue", "propertyID": "ocop:producer", "value": str(maker.number)},
        "name": maker.name,
        "url": maker.url,
    }
    if maker.address:
        made["address"] = {
            "@type": "PostalAddress",
            "streetAddress": maker.address,
            "addressCountry": COUNTRY,
        }
    return made


def _certification(each: StandardFacts) -> Json:
    made = {
        "@type": "Certification",
        "name": each.name or each.kind,
        "about": each.kind,
        "certificationIdentification": each.number,
        "issuedBy": {"@type": "Organization", "name": each.issuer} if each.issuer else None,
        "validFrom": _day(each.issued_on),
        "expires": _day(each.expires_on),
        "certificationStatus": ACTIVE if each.is_in_force else INACTIVE,
        "ocop:state": each.state,
        "url": each.url,
    }
    return {name: value for name, value in made.items() if value is not None}


def _standard(each: StandardFacts) -> Json:
    return {
        "kind": each.kind,
        "name": each.name,
        "number": each.number,
        "issuer": each.issuer,
        "issued_on": _day(each.issued_on),
        "expires_on": _day(each.expires_on),
        "state": each.state,
        "is_in_force": each.is_in_force,
        "document": each.url,
    }


def _step(each: StepFacts) -> Json:
    return {
        "step": each.step,
        "happened_on": each.happened_on.isoformat(),
        "happened_at": _moment(each.happened_at) if each.happened_at else None,
        "place": each.place,
        "hash": each.hash_id,
    }


def _recall(each: RecallFacts) -> Json:
    return {
        "reason": each.reason,
        "instruction": each.instruction,
        "opened_on": each.opened_on.isoformat(),
        "closed_on": _day(each.closed_on),
    }


def _rows(letter: str, name: str, values: Any) -> Iterator[Row]:
    for value in values or [""]:
        yield letter, name, value


def _step_line(each: StepFacts) -> str:
    when = _moment(each.happened_at) if each.happened_at else each.happened_on.isoformat()
    return "; ".join(part for part in (each.step, when, each.place) if part)


def _standard_line(each: StandardFacts) -> str:
    parts: Mapping[str, str | None] = {
        "kind": each.kind,
        "name": each.name,
        "number": each.number,
        "issuer": each.issuer,
        "expires_on": _day(each.expires_on),
        "state": each.state,
    }
    return "; ".join(f"{name}: {value}" for name, value in parts.items() if value)


def _moment(at: datetime) -> str:
    """As the clocks of the people who read it show it."""
    return at.astimezone(VIETNAM).isoformat(timespec="seconds")


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
