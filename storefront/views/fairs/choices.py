"""What visitors choose of a list of fairs or of a fair, by its address; what cannot be used is left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from core.places import Vintage, find_province_by_slug
from promotion.fair_terms import FairKind
from promotion.queries.public_fairs import FairCriteria, province_of
from storefront.forms import page_number

STARS: Final = (5, 4, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class FairChoice:
    """Whom and what of a fair to show. province_code: of the producer. page: of the goods, from 1."""

    province_code: str | None = None
    stars: int | None = None
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        return self.province_code is not None or self.stars is not None


def read_fairs(given: Mapping[str, Any]) -> FairCriteria:
    """Which fairs the address asks for."""
    kind = str(given.get("kind", ""))
    return FairCriteria(
        is_past=given.get("when") == "past",
        province_code=_province_code(given),
        kind=FairKind(kind) if kind in set(FairKind) else None,
        page=page_number(str(given.get("page", ""))),
    )


def fairs_query(criteria: FairCriteria) -> str:
    """The one spelling of `criteria`, without "?"."""
    province = province_of(criteria.province_code)
    pairs = {
        "when": "past" if criteria.is_past else "",
        "province": province.slug if province else "",
        "kind": criteria.kind.value if criteria.kind else "",
        "page": criteria.page if criteria.page > 1 else "",
    }
    return _written(pairs)


def read_choice(given: Mapping[str, Any]) -> FairChoice:
    """What of a fair the address asks for."""
    stars = str(given.get("stars", ""))
    return FairChoice(
        province_code=_province_code(given),
        stars=int(stars) if stars in map(str, STARS) else None,
        page=page_number(str(given.get("page", ""))),
    )


def choice_query(choice: FairChoice) -> str:
    """The one spelling of `choice`, without "?"."""
    province = province_of(choice.province_code)
    pairs = {
        "province": province.slug if province else "",
        "stars": choice.stars or "",
        "page": choice.page if choice.page > 1 else "",
    }
    return _written(pairs)


def _province_code(given: Mapping[str, Any]) -> str | None:
    province = find_province_by_slug(str(given.get("province", ""))[:80])
    return province.code if province and province.vintage is Vintage.SINCE_2025_07 else None


def _written(pairs: Mapping[str, object]) -> str:
    return urlencode({name: value for name, value in pairs.items() if value != ""})
