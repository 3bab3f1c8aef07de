"""Producers: cooperatives, firms, households, farms."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from stdnum.exceptions import ValidationError
from stdnum.vn import mst

from catalog.errors import ContradictingRecordError, InvalidFactError
from catalog.facts import ProducerFacts, Refusal
from catalog.identity import producer_key, slugs_for
from catalog.models import Place, Producer, ProducerKind, Source
from catalog.operations.slugs import free_slug
from catalog.operations.text_checks import optional_text, required_line
from catalog.phones import vietnamese_phone
from core.db import db

FIRST_FOUNDED_YEAR = 1000
LAST_FOUNDED_YEAR = 2100


def record_producer(
    facts: ProducerFacts, *, place: Place | None = None, source: Source | None = None
) -> Producer:
    """The producer of that name in that province of today, recorded now if it is new.

    Spellings that mean the same name (`catalog.identity.producer_key`) in one province are one producer; a
    demonstration producer is never the same as a real one. What was not known yet of a producer on record is
    filled in from `facts`; what is known stays, unless the tax code contradicts: ContradictingRecordError.
    Raises InvalidFactError for a fact that cannot be; then nothing has changed.
    """
    checked = _checked(facts)
    found = find_same_producer(facts.name, place, is_demonstration=facts.is_demonstration)
    _require_free_tax_code(checked["tax_code"], found)
    if found is None:
        producer = Producer(
            slug=free_slug(Producer, _slugs_of(facts.name)),
            is_demonstration=facts.is_demonstration,
            place=place,
            source_id=source.id if source else None,
            **checked,
        )
        db.session.add(producer)
        db.session.flush()
        return producer
    _fill_gaps(found, checked)
    return found


def find_same_producer(name: str, place: Place | None, *, is_demonstration: bool) -> Producer | None:
    """The producer on record that `name` in the province of `place` means, or None."""
    wanted = producer_key(name)
    province_code = place.current_province_code if place else None
    for slug in _slugs_of(name):
        producer = db.session.scalar(select(Producer).where(Producer.slug == slug))
        if producer is None:
            return None
        same_province = (producer.place.current_province_code if producer.place else None) == province_code
        if (
            same_province
            and producer.is_demonstration == is_demonstration
            and producer_key(producer.name) == wanted
        ):
            return producer
    raise AssertionError("slugs never end")


def _slugs_of(name: str) -> Iterator[str]:
    """Every spelling of one name has the same slugs, so they lead to all producers it may be."""
    return slugs_for(producer_key(name), "producer")


def _checked(facts: ProducerFacts) -> dict[str, Any]:
    if facts.kind is not None and facts.kind not in set(ProducerKind):
        raise InvalidFactError(field="producer_kind", value=facts.kind, reason=Refusal.UNKNOWN_CHOICE)
    return {
        "name": required_line("producer", facts.name),
        "kind": facts.kind,
        "tax_code": _tax_code(facts.tax_code),
        "phone": vietnamese_phone("producer_phone", facts.phone) if facts.phone else None,
        "founded_year": _founded_year(facts.founded_year),
        "story": optional_text("producer_story", facts.story),
        "story_en": optional_text("producer_story_en", facts.story_en),
    }


def _tax_code(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return str(mst.format(mst.validate(text)))
    except ValidationError:
        raise InvalidFactError(field="tax_code", value=text, reason=Refusal.WRONG_CHECK_DIGIT) from None


def _require_free_tax_code(tax_code: str | None, producer: Producer | None) -> None:
    if tax_code is None:
        return
    owner = db.session.scalar(select(Producer).where(Producer.tax_code == tax_code))
    if owner is not None and owner is not producer:
        raise ContradictingRecordError(field="tax_code", recorded=owner.name, stated=tax_code)


def _founded_year(year: int | None) -> int | None:
    if year is not None and not FIRST_FOUNDED_YEAR <= year <= LAST_FOUNDED_YEAR:
        raise InvalidFactError(field="founded_year", value=year, reason=Refusal.OUT_OF_RANGE)
    return year


def _fill_gaps(producer: Producer, stated: dict[str, Any]) -> None:
    recorded, tax_code = producer.tax_code, stated["tax_code"]
    if recorded and tax_code and recorded != tax_code:
        raise ContradictingRecordError(field="tax_code", recorded=recorded, stated=tax_code)
    for field, value in stated.items():
        if value is not None and getattr(producer, field) is None:
            setattr(producer, field, value)
