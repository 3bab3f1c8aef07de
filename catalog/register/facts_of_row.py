"""What both layouts make alike of a row's values: recognition, place, producer, texts that claim stars."""

from dataclasses import replace

from catalog.facts import CertificationFacts, PlaceFacts, ProducerFacts, ProductFacts
from catalog.groups import group_from_stated
from catalog.identity import product_key
from catalog.models import ExpiryBasis
from catalog.recognition_rules import criteria_version_on
from catalog.register.cells import stars_in_text
from catalog.register.rows import Finding, Level, ParsedRow
from catalog.stars import expiry_by_law
from core.places import Vintage, find_province, successor


def with_facts_of_law(row: ParsedRow, facts: CertificationFacts) -> CertificationFacts:
    """`facts` with what the law adds to a stated number and day: criteria, and the last day if none is stated.

    What stays open is told: such a record is kept, and shows no star.
    """
    if facts.decided_on is not None and facts.criteria_version is None:
        facts = replace(facts, criteria_version=criteria_version_on(facts.decided_on))
    if facts.expires_on is not None:
        facts = replace(facts, expiry_basis=ExpiryBasis.SOURCE.value)
    elif facts.decided_on is not None and facts.decision_number:
        by_law = expiry_by_law(facts.decided_on)
        facts = replace(facts, expires_on=by_law, expiry_basis=ExpiryBasis.LAW.value)
        row.say(Level.NOTE, Finding.EXPIRY_BY_LAW, "expires_on", by_law.isoformat())
    missing = [name for name in ("decision_number", "decided_on", "expires_on") if not getattr(facts, name)]
    if missing:
        row.say(Level.NOTE, Finding.INCOMPLETE_RECOGNITION, missing[0], detail=", ".join(missing))
    return facts


def claim(row: ParsedRow, column: str, text: str) -> None:
    """Say that the stars in `text` are somebody's claim: recorded nowhere."""
    row.say(Level.WARNING, Finding.CLAIM_NOT_RECORDED, column, text)


def note_stars_in_prose(row: ParsedRow, column: str, text: str | None) -> None:
    """Tell of stars that a name speaks of; two different ones are unclear besides. None is ever recorded."""
    ranks = stars_in_text(text or "")
    if len(ranks) == 1:
        row.say(Level.NOTE, Finding.STARS_IN_TEXT, column, text or "", detail=str(ranks[0]))
    elif ranks:
        detail = ", ".join(str(rank) for rank in ranks)
        row.say(Level.WARNING, Finding.STARS_UNCLEAR, column, text or "", detail=detail)


def group_number(row: ParsedRow, column: str, stated: str | None) -> int | None:
    """The number of the group that `stated` means, told if it means none; the text itself is kept anyway."""
    if stated is None:
        return None
    group = group_from_stated(stated)
    if group is None:
        row.say(Level.WARNING, Finding.GROUP_UNKNOWN, column, stated)
    return group.number if group else None


def place_facts(row: ParsedRow, facts: PlaceFacts) -> PlaceFacts | None:
    """`facts`, or None if they name nothing at all; a province that nobody knows is told and kept as written."""
    if not any((facts.street, facts.commune, facts.district, facts.province)):
        return None
    if facts.province and find_province(facts.province) is None:
        row.say(Level.WARNING, Finding.PROVINCE_UNKNOWN, "province", facts.province)
    return facts


def set_product(
    row: ParsedRow, product: ProductFacts, producer: ProducerFacts | None, *, seller: str | None = None
) -> None:
    """Give `row` its product and producer, with a register key from its names if the file gives none.

    seller: who lists the product where the producer is not known; keeps two listings of one name apart.
    """
    maker = producer.name if producer else seller
    key = product.register_key or product_key(product.name, maker, _province_name(row.place))
    row.product = replace(product, register_key=key)
    row.producer = producer


def _province_name(place: PlaceFacts | None) -> str | None:
    """Today's province, so that a product keeps its key when a later file writes the new address."""
    if place is None or not place.province:
        return None
    vintage = Vintage(place.vintage) if place.vintage else None
    found = find_province(place.province, vintage) or find_province(place.province)
    return successor(found).short_name if found else place.province
