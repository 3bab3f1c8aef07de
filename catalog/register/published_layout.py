"""The layout of published lists of products: `source_id, name, producer, …, note`, gathered from several sources.

Which source a line comes from decides what its stars are: those of a recognition, or somebody's claim. Facts of a
recognition stand in the note, as «issuer …; issued 2025-06-19; expires …; current commune …».
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from catalog.facts import (
    CertificationFacts,
    PlaceFacts,
    ProducerFacts,
    ProductFacts,
    Refusal,
    SourceFacts,
    VariantFacts,
)
from catalog.models import AuthorityLevel, EvidenceLevel, ProducerKind
from catalog.register.cells import date_cell, number_cell, stars_cell, text_cell
from catalog.register.facts_of_row import (
    claim,
    group_number,
    note_stars_in_prose,
    place_facts,
    set_product,
    with_facts_of_law,
)
from catalog.register.rows import Finding, Level, ParsedRow
from core.places import Vintage
from core.text import fold, words

_NAMES: Final = (
    "source_id",
    "name",
    "producer",
    "entity_type",
    "commune",
    "district",
    "province",
    "group",
    "stars",
    "decision",
    "year",
    "code",
    "price_vnd",
    "barcode",
    "note",
)
COLUMNS: Final = {" ".join(words(name)): name for name in _NAMES}
REQUIRED: Final = frozenset({"source_id", "name", "stars", "decision", "note"})

SOURCES: Final = {
    "S1": SourceFacts(key="S1", publisher="buudien.vn"),
    "S2": SourceFacts(key="S2", publisher="Luyen05/ocop-lamdong-portal", title="data/ocop/ocop_records.json"),
    "S3": SourceFacts(key="S3", publisher="vinzytruong/web-hethongquanly-gdgroup-front-end"),
    "S4": SourceFacts(key="S4", publisher="tranquangduc24011999/ommani_ocop"),
    "S5": SourceFacts(key="S5", publisher="NgTanPhatt/OCOP"),
    "S6": SourceFacts(key="S6", publisher="etime.danviet.vn"),
    "S7": SourceFacts(key="S7", publisher="kinhtetieudung.vn, doanhnghiephoinhap.vn"),
    "S8": SourceFacts(key="S8", publisher="thegioitiepthi.danviet.vn", published_on=date(2025, 10, 23)),
    "S9": SourceFacts(key="S9", publisher="VanTrietTRAN/OCOP"),
    "S10": SourceFacts(key="S10", publisher="nguoinghe.vn"),
}
RECOGNITION_SOURCES: Final = frozenset({"S2", "S6", "S7", "S8", "S10"})
"""Sources that rest on decisions or official press. All others claim."""

_KINDS: Final = {
    "enterprise": ProducerKind.ENTERPRISE,
    "cooperative": ProducerKind.COOPERATIVE,
    "cooperative group": ProducerKind.COOPERATIVE_GROUP,
    "business household": ProducerKind.HOUSEHOLD,
}
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"), start=1
    )
}
_ENGLISH_DATE: Final = r"(\d{1,2}) (" + "|".join(_MONTHS) + r") (\d{4})"
_STATED_DAY: Final = re.compile(rf"decision of {_ENGLISH_DATE}")
_MINISTRY_ROUND: Final = re.compile(r"decision of the agriculture ministry, \w+ (\d{4}), number not stated")
_TWO_RECOGNITIONS: Final = re.compile(
    rf"first recognised (\d) stars in \d{{4}} under (\S+) of {_ENGLISH_DATE} "
    rf"\(expired {_ENGLISH_DATE}\); reassessed (\d) stars in (\d{{4}})"
)
_CURRENT_COMMUNE: Final = re.compile(r"current commune (.+?) \([^()]+\)")
_PACK: Final = re.compile(r"\d+(?:[.,]\d+)?\s*(?:kg|gram|gr|g|ml|lít|lit|l)(?![^\W\d_])", re.IGNORECASE)
_AS_LISTED: Final = ("Theo tin đăng", "As listed")
_MINISTRY_2023: Final = "Bộ Nông nghiệp và Phát triển nông thôn"
_MINISTRY_2025: Final = "Bộ Nông nghiệp và Môi trường"
_MINISTRY_2025_MARK: Final = "BNNMT"


def read_row(row: ParsedRow, cells: Mapping[str, str]) -> None:
    """Fill `row` from `cells`, texts by column name; what cannot be is told as an error."""
    note = cells.get("note", "")
    texts = {column: text_cell(row, column, cell) for column, cell in cells.items() if column != "note"}
    name, source_id = texts.get("name"), texts.get("source_id")
    if name is None or source_id is None:
        row.say(Level.ERROR, Refusal.MISSING, "name" if name is None else "source_id")
        return
    if source_id not in SOURCES:
        row.say(Level.ERROR, Refusal.UNKNOWN_CHOICE, "source_id", source_id)
        return
    row.source = SOURCES[source_id]
    facts = note_facts(note)
    row.certifications = _recognitions(row, texts, facts, note)
    if not row.certifications:
        note_stars_in_prose(row, "name", name)
    row.place = _place(row, texts, facts)
    row.variant = _variant(row, texts, name)
    stated_group = texts.get("group")
    product = ProductFacts(
        name=name,
        group_no=group_number(row, "group", stated_group),
        group_as_stated=stated_group,
        ocop_code=texts.get("code"),
    )
    set_product(row, product, _producer(row, texts, facts), seller=texts.get("producer"))


def note_facts(note: str) -> dict[str, str]:
    """The parts of a note that are facts with a name; «not stated» is no fact."""
    facts: dict[str, str] = {}
    for part in note.split(";"):
        for name in ("evidence level", "issuer", "issued", "expires", "current commune", "origin as listed:"):
            if part.strip().startswith(f"{name} "):
                facts[name] = part.strip().removeprefix(name).strip()
    if "seller account, may not be" in note:
        facts["seller"] = "account"
    commune = _CURRENT_COMMUNE.search(note)
    facts["current commune"] = commune[1] if commune else ""
    return {name: value for name, value in facts.items() if value and value != "not stated"}


def _recognitions(
    row: ParsedRow, texts: Mapping[str, str | None], facts: Mapping[str, str], note: str
) -> tuple[CertificationFacts, ...]:
    stated = texts.get("stars")
    stars = stars_cell(row, "stars", stated or "")
    if texts["source_id"] not in RECOGNITION_SOURCES:
        if stated:
            claim(row, "stars", stated)
        if texts.get("decision"):
            row.say(Level.WARNING, Finding.DECISION_NOT_RECORDED, "decision", texts["decision"] or "")
        return ()
    if stars is None:
        return ()
    both = _TWO_RECOGNITIONS.search(note)
    stated_facts = _both(both) if both else (_single(row, stars, texts, facts, note),)
    return tuple(with_facts_of_law(row, each) for each in stated_facts)


def _single(
    row: ParsedRow, stars: int, texts: Mapping[str, str | None], facts: Mapping[str, str], note: str
) -> CertificationFacts:
    day, ministry_round = _STATED_DAY.search(note), _MINISTRY_ROUND.search(note)
    decided_on = _day(*day.groups()) if day else date_cell(row, "note", facts.get("issued", ""))
    year = int(ministry_round[1]) if ministry_round else number_cell(row, "year", texts.get("year") or "")
    number = texts.get("decision")
    level, authority = _authority(facts.get("issuer"), number, is_ministry=ministry_round is not None)
    return CertificationFacts(
        stars=stars,
        evidence_level=_evidence(facts.get("evidence level")),
        decision_number=number,
        decided_on=decided_on,
        recognised_year=decided_on.year if decided_on else year,
        authority_level=level,
        authority_name=authority,
        expires_on=date_cell(row, "note", facts.get("expires", "")),
    )


def _both(found: re.Match[str]) -> tuple[CertificationFacts, CertificationFacts]:
    """A first recognition of 2020, by a province as all of that year (1048/QĐ-TTg), and the re-assessment."""
    stars, number, *days, again_stars, again_year = found.groups()
    first = CertificationFacts(
        stars=int(stars),
        evidence_level=EvidenceLevel.B,
        decision_number=number,
        decided_on=_day(*days[:3]),
        recognised_year=int(days[2]),
        authority_level=AuthorityLevel.PROVINCE,
        expires_on=_day(*days[3:]),
    )
    again = CertificationFacts(
        stars=int(again_stars), evidence_level=EvidenceLevel.B, recognised_year=int(again_year)
    )
    return first, again


def _day(day: str, month: str, year: str) -> date:
    return date(int(year), _MONTHS[month], int(day))


def _evidence(stated: str | None) -> str:
    """«A» as stated; «B1» and press that names a decision are B."""
    return EvidenceLevel.A if stated == "A" else EvidenceLevel.B


def _authority(issuer: str | None, number: str | None, *, is_ministry: bool) -> tuple[str | None, str | None]:
    if is_ministry:
        return AuthorityLevel.MINISTRY, _MINISTRY_2023
    if number and number.endswith(_MINISTRY_2025_MARK):
        return AuthorityLevel.MINISTRY, _MINISTRY_2025
    if issuer is None:
        return None, None
    folded = fold(issuer)
    if folded.startswith("ubnd tinh "):
        return AuthorityLevel.PROVINCE, issuer
    if folded.startswith("ubnd huyen "):
        return AuthorityLevel.DISTRICT, issuer
    return None, issuer


def _producer(
    row: ParsedRow, texts: Mapping[str, str | None], facts: Mapping[str, str]
) -> ProducerFacts | None:
    name = texts.get("producer")
    if name is None:
        row.say(Level.NOTE, Finding.PRODUCER_NOT_STATED, "producer")
        return None
    if "seller" in facts:
        row.say(Level.NOTE, Finding.SELLER_NOT_PRODUCER, "producer", name)
        return None
    return ProducerFacts(name=name, kind=_KINDS.get(texts.get("entity_type") or ""))


def _place(row: ParsedRow, texts: Mapping[str, str | None], facts: Mapping[str, str]) -> PlaceFacts | None:
    """Addresses are of before July 2025, save where a decision of after states one; a listed origin is no address."""
    listed = facts.get("origin as listed:")
    if listed and not texts.get("commune"):
        row.say(Level.NOTE, Finding.ORIGIN_NOT_RECORDED, "note", listed)
    days = [each.decided_on for each in row.certifications if each.decided_on]
    is_new = bool(days) and min(days) >= date(2025, 7, 1) and not texts.get("district")
    return place_facts(
        row,
        PlaceFacts(
            commune=texts.get("commune"),
            district=texts.get("district"),
            province=texts.get("province"),
            vintage=Vintage.SINCE_2025_07 if is_new else Vintage.BEFORE_2025_07,
            stated_current_commune=facts.get("current commune"),
        ),
    )


def _variant(row: ParsedRow, texts: Mapping[str, str | None], name: str) -> VariantFacts | None:
    """The listing's price, for the pack that its name speaks of; without one, for what is listed."""
    price_vnd = number_cell(row, "price_vnd", texts.get("price_vnd") or "")
    if price_vnd is None:
        return None
    packs = _PACK.findall(name)
    label, label_en = (packs[-1], packs[-1]) if packs else _AS_LISTED
    return VariantFacts(label=label, label_en=label_en, price_vnd=price_vnd, gtin=texts.get("barcode"))
