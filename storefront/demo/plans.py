"""What is to be built, as written in `data/*.toml`: one file for each fictional producer.

`…_days_ago` and `…_in_days` are counted from the day of the build.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

from catalog.facts import PlaceFacts, ProducerFacts, ProductFacts, VariantFacts
from catalog.groups import group_of_set, sub_group_of_set

DATA_FOLDER: Final = Path(__file__).resolve().parent / "data"
HOME: Final = "home"

_TEXTS: Final = frozenset({"story", "story_en"})

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationPlan:
    """A withdrawal. ground: a `RevocationGround`."""

    number: int
    days_ago: int
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionPlan:
    """A recognition whose last day is `ends_in_days` from the build; both that and `number` None: an incomplete record.

    level: the wished authority; where the law did not let it give these stars on that day, another takes its place.
    filed_days_before_end: a dossier for re-assessment was handed in so many days before the last day.
    """

    stars: int
    score: Decimal | None = None
    number: int | None = None
    ends_in_days: int | None = None
    level: str = "province"
    has_document: bool = True
    filed_days_before_end: int | None = None
    revocation: RevocationPlan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificatePlan:
    """Another certificate. ends_in_days: None for one without an end."""

    kind: str
    number: str | None = None
    standard: str | None = None
    issuer: str | None = None
    issued_days_ago: int | None = None
    ends_in_days: int | None = None
    has_document: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPlan:
    """A step of a lot. at: name of one of the producer's places, None where no place is recorded.

    area: name of one of the producer's areas, which then stands for the place. hour: of the day in Vietnam.
    wrong_note: what was written down first, by mistake, and corrected by this event.
    """

    step: str
    days_ago: int
    note: str
    note_en: str
    at: str | None = HOME
    area: str | None = None
    hour: int = 9
    wrong_note: str | None = None
    has_document: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaPlan:
    """A raw-material area at one of the producer's places. cell: «22.50,103.70». code: of the planting area."""

    name: str
    at: str = HOME
    cell: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPlan:
    """Raw material of a lot: so many kilograms came in from an area, and so many went into the lot's processing."""

    code: str
    material: str
    kg: int
    used_kg: int
    days_ago: int
    area: str
    note: str
    note_en: str
    step: str = "harvesting"


@dataclass(frozen=True, slots=True, kw_only=True)
class StampsPlan:
    """A run of stamps. shows: the verdict for which its first code is a sample, None if for none.

    withdrawn_because: its first code was withdrawn for that reason. seen_days_ago: its first code was looked up then.
    is_copied: its first code is scanned as if there were several of it. copied_because: a person decided so for that
    reason. at_fair: its first code is on a sample at that fair.
    """

    count: int = 1
    kind: str = "unit"
    is_active: bool = True
    shows: str | None = None
    withdrawn_because: str | None = None
    seen_days_ago: int | None = None
    is_copied: bool = False
    copied_because: str | None = None
    at_fair: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallPlan:
    """A recall that is open. reason, instruction, contact: what its page tells. is_drill: it is only practised."""

    days_ago: int
    reason: str
    instruction: str
    contact: str
    is_drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LotPlan:
    """A lot. keeps_days: from production to the last good day, None for goods that do not spoil.

    pack: which of the product's packs it was filled into, from 1. raw: what it was made of, with the first processing.
    """

    code: str
    made_days_ago: int
    quantity: int
    keeps_days: int | None = None
    pack: int | None = None
    raw: tuple[RawPlan, ...] = ()
    events: tuple[EventPlan, ...] = ()
    stamps: tuple[StampsPlan, ...] = ()
    recall: RecallPlan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPlan:
    """A product with its packs, its recognitions (oldest first), other certificates and lots."""

    facts: ProductFacts
    variants: tuple[VariantFacts, ...] = ()
    recognitions: tuple[RecognitionPlan, ...] = ()
    certificates: tuple[CertificatePlan, ...] = ()
    lots: tuple[LotPlan, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerPlan:
    """A producer. places, areas: by name; `home` is where it sits."""

    facts: ProducerFacts
    places: Mapping[str, PlaceFacts]
    areas: Mapping[str, AreaPlan]
    certificates: tuple[CertificatePlan, ...]
    products: tuple[ProductPlan, ...]


def read_plans(folder: Path = DATA_FOLDER) -> tuple[ProducerPlan, ...]:
    """The plans of all files, by file name. Raises TypeError or ValueError for a field that does not exist."""
    return tuple(
        _producer(tomllib.loads(file.read_text(encoding="utf-8"))) for file in sorted(folder.glob("*.toml"))
    )


def _producer(table: dict[str, Any]) -> ProducerPlan:
    places = {name: PlaceFacts(**address) for name, address in table.pop("places").items()}
    areas = {name: AreaPlan(**area) for name, area in table.pop("areas", {}).items()}
    return ProducerPlan(
        places=places,
        areas=areas,
        certificates=_list(table, "certificates", _plain(CertificatePlan)),
        products=_list(table, "products", _product),
        facts=ProducerFacts(**_with_whole_lines(table), is_demonstration=True),
    )


def _product(table: dict[str, Any]) -> ProductPlan:
    return ProductPlan(
        variants=_list(table, "variants", _plain(VariantFacts)),
        recognitions=_list(table, "recognitions", _recognition),
        certificates=_list(table, "certificates", _plain(CertificatePlan)),
        lots=_list(table, "lots", _lot),
        facts=_product_facts(_with_whole_lines(table)),
    )


def _product_facts(table: dict[str, Any]) -> ProductFacts:
    """Group and sub-group follow from the criteria set. Everything of the demonstration is for sale."""
    group, sub_group = group_of_set(table["criteria_set"]), sub_group_of_set(table["criteria_set"])
    if group is None or sub_group is None:
        raise ValueError(f"no criteria set has the number {table['criteria_set']}")
    return ProductFacts(
        group_no=group.number,
        sub_group_no=sub_group.number,
        is_for_sale=True,
        is_demonstration=True,
        **table,
    )


def _recognition(table: dict[str, Any]) -> RecognitionPlan:
    score, revocation = table.pop("score", None), table.pop("revocation", None)
    return RecognitionPlan(
        score=None if score is None else Decimal(score),
        revocation=None if revocation is None else RevocationPlan(**revocation),
        **table,
    )


def _lot(table: dict[str, Any]) -> LotPlan:
    recall = table.pop("recall", None)
    return LotPlan(
        events=_list(table, "events", _plain(EventPlan)),
        raw=_list(table, "raw", _plain(RawPlan)),
        stamps=_list(table, "stamps", _plain(StampsPlan)),
        recall=None if recall is None else RecallPlan(**recall),
        **table,
    )


def _list(table: dict[str, Any], name: str, read: Callable[[dict[str, Any]], Part]) -> tuple[Part, ...]:
    return tuple(read(row) for row in table.pop(name, ()))


def _plain(kind: Callable[..., Part]) -> Callable[[dict[str, Any]], Part]:
    return lambda row: kind(**row)


def _with_whole_lines(table: dict[str, Any]) -> dict[str, Any]:
    """Stories are broken into lines for whoever reads the file; an empty line parts paragraphs."""
    return {name: _unwrapped(value) if name in _TEXTS else value for name, value in table.items()}


def _unwrapped(text: str) -> str:
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
