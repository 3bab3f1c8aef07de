"""What an entry means, in a sentence and a table. What is not known here is told as it stands in the entry."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from core.i18n import LazyText, format_date, format_time, gettext
from core.i18n import lazy_gettext as _
from transparency.queries.entries import Entry
from transparency.sources import CALLED

MEANINGS: Final[Mapping[str, LazyText]] = {
    "certification.recorded": _("Recognised with %(stars)s stars: %(product)s"),
    "revocation.recorded": _("Recognition withdrawn: %(product)s"),
    "renewal.filed": _("Renewal applied for: %(product)s"),
    "renewal.refused": _("Renewal refused: %(product)s"),
    "certificate.verified": _("Certificate compared by an officer: %(certificate)s %(number)s"),
    "certificate.withdrawn": _("Certificate withdrawn, number %(certificate_id)s in the register"),
    "lot.opened": _("Lot %(code)s opened: %(product)s"),
    "trace_event.recorded": _("Event of a lot recorded, number %(subject_number)s"),
    "trace_event.declared_wrong": _("Event of a lot corrected, number %(subject_number)s"),
    "trace_event.captured": _("Event of a producer's system taken in, number %(subject_number)s"),
    "trace_event.captured_wrong": _("Event of a producer's system declared wrong, number %(subject_number)s"),
    "stamp_run.issued": _("%(stamp_count)s stamps issued for lot number %(lot_id)s"),
    "key_list.published": _("List of the keys of stamps published"),
    "recall.opened": _("Recall opened: %(product)s"),
    "recall.warned": _("Recall number %(subject_number)s: buyers were written to"),
    "recall.closed": _("Recall number %(subject_number)s closed"),
    "log_key.published": _("A key signs this log for the first time"),
}

FACTS: Final[Mapping[str, LazyText]] = {
    "authority_level": _("Level of the authority"),
    "authority_name": _("Authority"),
    "certificate_id": _("Certificate number in the register"),
    "certification_id": _("Recognition number in the register"),
    "criteria_version": _("Criteria"),
    "decided_on": _("Decided on"),
    "decision_number": _("Decision"),
    "document": _("SHA-256 of the document"),
    "dossier_id": _("Dossier number in the register"),
    "evidence_level": _("Level of evidence"),
    "expires_on": _("Last day in force"),
    "expiry_basis": _("Where the last day comes from"),
    "filed_on": _("Applied for on"),
    "ground": _("Ground"),
    "issued_on": _("Issued on"),
    "issuer": _("Issuer"),
    "kind": _("What it certifies"),
    "method": _("How it was compared"),
    "number": _("Number"),
    "producer_id": _("Producer number in the register"),
    "product_id": _("Product number in the register"),
    "recognised_year": _("Year of recognition"),
    "record_key": _("Key of the record"),
    "recorded_at": _("Recorded at"),
    "reference": _("Reference"),
    "reviewed_at": _("Compared at"),
    "standard": _("Standard"),
    "withdrawn_at": _("Withdrawn at"),
    "refused_on": _("Refused on"),
    "revoked_on": _("Withdrawn from"),
    "score": _("Points"),
    "source": _("Source"),
    "stars": _("Stars"),
    "code": _("Code of the lot"),
    "codes_hash": _("Hash over all codes"),
    "gtin": _("GTIN"),
    "declaration": _("SHA-256 of the declaration"),
    "hash": _("Hash of the event"),
    "issued_at": _("Issued at"),
    "key": _("Public key"),
    "lot_id": _("Lot number"),
    "lot": _("Lot number"),
    "lots": _("Lots"),
    "declared_at": _("Declared at"),
    "trace_event": _("Event that was corrected"),
    "corrective_event": _("Event that takes its place"),
    "opened_at": _("Opened at"),
    "produced_on": _("Produced on"),
    "quantity": _("Quantity"),
    "seal_kid": _("Number of the key of the stamps"),
    "sha256": _("SHA-256"),
    "stamp_count": _("Stamps"),
    "unit": _("Unit"),
    "words": _("SHA-256 of the words to buyers"),
}
_IN_SENTENCES: Final = ("stars", "product", "number", "certificate_id", "code", "stamp_count", "lot_id")
_WORDS: Final[Mapping[str, LazyText]] = {
    "district": _("district"),
    "province": _("province"),
    "ministry": _("ministry"),
    "law": _("term of the law"),
    "food_safety": _("food safety"),
    "vietgap": _("VietGAP"),
    "globalgap": _("GLOBALG.A.P."),
    "organic": _("organic farming"),
    "haccp": _("HACCP"),
    "iso": _("ISO"),
    "geographical_indication": _("geographical indication"),
    "collective_mark": _("collective mark"),
    "alcohol_licence": _("licence to make or sell spirits"),
    "advert_confirmation": _("confirmation of advertising content"),
    "issuer_register": _("in the register of the issuer"),
    "issuer_asked": _("the issuer was asked"),
    "original_seen": _("the original was seen"),
    "own_files": _("in the files of the office"),
}


def meaning(entry: Entry) -> str:
    """«Recognised with 4 stars: Kẹo dừa»; a kind that is not known here as it is written."""
    said = MEANINGS.get(entry.kind)
    if said is None:
        return f"{entry.kind}: {entry.subject}"
    facts = {**entry.facts, **_called(entry)}
    told = {name: facts.get(name) or "—" for name in _IN_SENTENCES}
    told["subject_number"] = entry.subject.partition(":")[2]
    return gettext(said.message, certificate=_told(facts.get("kind", "")), **told)


def fact_rows(entry: Entry) -> list[tuple[str, str]]:
    """Label and value of each fact that is stated."""
    return [
        (str(FACTS.get(name, name)), _told(value))
        for name, value in entry.facts.items()
        if name != CALLED and value is not None
    ]


def product_address(entry: Entry) -> str | None:
    """Path of the product's page under the name that it had then, None if the entry is about none."""
    slug = _called(entry).get("slug")
    return f"/products/{slug}" if isinstance(slug, str) else None


def _called(entry: Entry) -> Mapping[str, Any]:
    called = entry.facts.get(CALLED)
    if isinstance(called, str):
        return {"product": called}
    return called if isinstance(called, Mapping) else {}


def _told(value: Any) -> str:
    if not isinstance(value, str):
        return str(value)
    if value in _WORDS:
        return str(_WORDS[value])
    try:
        return format_date(date.fromisoformat(value)) if len(value) == len("2026-11-22") else _instant(value)
    except ValueError:
        return value


def _instant(value: str) -> str:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError(value)
    return f"{format_date(at)} {format_time(at)}"
