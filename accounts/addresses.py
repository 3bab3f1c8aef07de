"""An address as a person types it, and the commune of today that it lies in. Pure."""

from dataclasses import dataclass
from typing import Final

from accounts.errors import InvalidPersonalFactError
from core.address_conversion import ConversionKind, current_place
from core.phones import vietnamese_phone
from core.places import Commune, find_province_by_slug
from core.text import clean_line

NAME_MAX: Final = 100
LINE_MAX: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressFacts:
    """As typed. province: slug of one of today's or of before. commune: «Phường 7» or «Bến Nghé, Quận 1», of today or
    of before. commune_code: the one of today that was chosen where several may be meant, else empty."""

    name: str
    phone: str
    province: str
    commune: str
    commune_code: str = ""
    street: str = ""
    landmark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedAddress:
    """Fit to store; codes of today."""

    name: str
    phone: str
    province_code: str
    commune_code: str
    street: str | None
    landmark: str | None


def check_address(facts: AddressFacts) -> CheckedAddress:
    """`facts` fit to store.

    Raises InvalidPersonalFactError for the first field that cannot be used; where a commune of before became several,
    or a name means several, its `candidates` are those to choose from: nothing is guessed.
    """
    name, phone = _line("name", facts.name, NAME_MAX), vietnamese_phone(facts.phone)
    if not name:
        raise InvalidPersonalFactError(field="name", reason="missing")
    if phone is None:
        reason = "not_a_phone" if facts.phone.strip() else "missing"
        raise InvalidPersonalFactError(field="phone", reason=reason)
    commune = _settle_commune(facts)
    return CheckedAddress(
        name=name,
        phone=phone,
        province_code=commune.province_code,
        commune_code=commune.code,
        street=_line("street", facts.street, LINE_MAX) or None,
        landmark=_line("landmark", facts.landmark, LINE_MAX) or None,
    )


def _settle_commune(facts: AddressFacts) -> Commune:
    province = find_province_by_slug(facts.province)
    if province is None:
        reason = "unknown" if facts.province else "missing"
        raise InvalidPersonalFactError(field="province", reason=reason)
    commune, _comma, district = _line("commune", facts.commune, LINE_MAX).partition(",")
    if not commune:
        raise InvalidPersonalFactError(field="commune", reason="missing")
    found = current_place(commune, district.strip() or None, province.name)
    if found.kind is ConversionKind.AMBIGUOUS:
        chosen = [each for each in found.candidates if each.code == facts.commune_code]
        if not chosen:
            raise InvalidPersonalFactError(field="commune", reason="ambiguous", candidates=found.candidates)
        return chosen[0]
    if found.commune is None:
        raise InvalidPersonalFactError(field="commune", reason="unknown")
    return found.commune


def _line(field: str, text: str, most: int) -> str:
    line = clean_line(text)
    if len(line) > most:
        raise InvalidPersonalFactError(field=field, reason="too_long")
    return line
