"""Addresses: as certified, and as they are today."""

from dataclasses import dataclass

from sqlalchemy import select

from catalog.errors import InvalidFactError
from catalog.facts import PlaceFacts, Refusal
from catalog.models import Place
from catalog.operations.text_checks import optional_line
from core.address_conversion import Conversion, ConversionKind, choose, current_place
from core.db import db
from core.places import Commune, Vintage, find_communes, find_province, predecessors
from core.text import tone_key


@dataclass(frozen=True, slots=True)
class RecordedPlace:
    """place: the row. candidates: communes of today it may lie in, where nobody has said which.

    is_outside_table: the source names a commune of today that the table of divisions does not derive.
    """

    place: Place
    candidates: tuple[Commune, ...] = ()
    is_outside_table: bool = False


def record_place(facts: PlaceFacts) -> RecordedPlace:
    """The place of that address, recorded now if it is new; an address is written once and shared.

    Where the old commune was split and the source does not say which part, the place is kept as `ambiguous`,
    without a commune of today. What the source states of today's commune counts as chosen.
    Raises InvalidFactError if the stated commune of today does not exist in today's province.
    """
    street, commune, district, province = (
        optional_line("street", facts.street),
        optional_line("commune", facts.commune),
        optional_line("district", facts.district),
        optional_line("province", facts.province),
    )
    vintage = Vintage(facts.vintage) if facts.vintage else None
    derived = current_place(commune, district, province, vintage)
    settled, is_outside_table = _with_stated(derived, facts.stated_current_commune)
    vintage = vintage or _vintage_of(district, province, settled)
    place = _find_or_add(
        Place(
            vintage=vintage,
            street=street,
            commune=commune,
            district=district,
            province=province,
            old_province_code=_old_province_code(province, vintage),
            current_commune_code=settled.commune.code if settled.commune else None,
            current_commune=settled.commune.name if settled.commune else None,
            current_province_code=settled.province.code if settled.province else None,
            current_province=settled.province.name if settled.province else None,
            conversion=settled.kind.value,
        )
    )
    candidates = settled.candidates if settled.kind is ConversionKind.AMBIGUOUS else ()
    return RecordedPlace(place, candidates, is_outside_table)


def _with_stated(derived: Conversion, stated: str | None) -> tuple[Conversion, bool]:
    """`derived`, settled by what the source says of today's commune; whether the table disagrees."""
    name = optional_line("current_commune", stated)
    if name is None or derived.commune is not None:
        return _agreeing(derived, name)
    within = derived.province.code if derived.province else None
    communes = find_communes(name, within)
    if len(communes) != 1:
        raise InvalidFactError(field="current_commune", value=name, reason=Refusal.NOT_A_CANDIDATE)
    if communes[0] in derived.candidates:
        return choose(derived, communes[0].code), False
    return Conversion(derived.province, communes[0], ConversionKind.CHOSEN), bool(derived.candidates)


def _agreeing(derived: Conversion, stated: str | None) -> tuple[Conversion, bool]:
    if stated is None or derived.commune is None or derived.province is None:
        return derived, False
    communes = find_communes(stated, derived.province.code)
    if derived.commune in communes:
        return derived, False
    if len(communes) != 1:
        raise InvalidFactError(field="current_commune", value=stated, reason=Refusal.NOT_A_CANDIDATE)
    return Conversion(derived.province, communes[0], ConversionKind.CHOSEN), True


def _vintage_of(district: str | None, province: str | None, settled: Conversion) -> Vintage:
    """Which division an address follows that does not say: the old one if it names a unit that is gone."""
    if district or find_province(province or "", Vintage.SINCE_2025_07) is None:
        return Vintage.BEFORE_2025_07
    if settled.kind is ConversionKind.UNCHANGED:
        return Vintage.SINCE_2025_07
    return Vintage.BEFORE_2025_07


def _old_province_code(province: str | None, vintage: Vintage) -> str | None:
    """The province of before that the address certainly lay in, or None.

    «Lâm Đồng» since July 2025 may be any of three old provinces; «Hà Nội» is the old one, whose land is the same.
    """
    named = find_province(province or "", vintage) or find_province(province or "")
    if named is None or named.vintage is Vintage.BEFORE_2025_07:
        return named.code if named else None
    before = predecessors(named)
    return before[0].code if len(before) == 1 else None


def _find_or_add(place: Place) -> Place:
    """The row on record for the same address, whatever the school of its tone marks («Hoà», «Hòa»), or a new one."""
    columns = (Place.current_commune_code, Place.current_province_code, Place.vintage, Place.conversion)
    # `is_not_distinct_from` because None equals None here: what is not known is the same not-known.
    same = (column.is_not_distinct_from(getattr(place, column.key)) for column in columns)
    wanted = _written_key(place)
    for found in db.session.scalars(select(Place).where(*same).order_by(Place.id)):
        if _written_key(found) == wanted:
            return found
    db.session.add(place)
    db.session.flush()
    return place


def _written_key(place: Place) -> tuple[str, ...]:
    return tuple(
        tone_key(text or "") for text in (place.street, place.commune, place.district, place.province)
    )
