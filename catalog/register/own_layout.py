"""Our own layout of a register file: one line for each recognition, columns by English or Vietnamese headings.

Lines about the same product repeat its columns, or its `product_key`. Described in docs/register-import.md.
"""

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
from catalog.register.cells import date_cell, number_cell, score_cell, stars_cell, text_cell
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

HEADINGS: Final = {
    "product_key": "Mã trong tệp",
    "product": "Tên sản phẩm",
    "product_en": "Tên tiếng Anh",
    "producer": "Chủ thể",
    "producer_kind": "Loại chủ thể",
    "tax_code": "Mã số thuế",
    "street": "Số nhà, thôn",
    "commune": "Xã, phường",
    "district": "Huyện (trước 7/2025)",
    "province": "Tỉnh, thành phố",
    "address_vintage": "Địa chỉ theo thời điểm",
    "current_commune": "Xã, phường hiện nay",
    "group": "Nhóm sản phẩm",
    "criteria_set": "Bộ tiêu chí",
    "ocop_code": "Mã OCOP",
    "stars": "Số sao",
    "score": "Điểm",
    "decision_number": "Số quyết định",
    "decided_on": "Ngày quyết định",
    "recognised_year": "Năm công nhận",
    "authority_level": "Cấp công nhận",
    "authority_name": "Cơ quan công nhận",
    "expires_on": "Có hiệu lực đến",
    "evidence_level": "Mức bằng chứng",
    "note": "Ghi chú",
    "source_key": "Mã nguồn",
    "source_publisher": "Nơi công bố",
    "source_title": "Tên tài liệu",
    "source_published_on": "Ngày công bố",
    "source_url": "Địa chỉ web",
    "pack": "Quy cách",
    "price_vnd": "Giá (đồng)",
    "gtin": "Mã vạch",
}
"""Column name and its Vietnamese heading, in the order of the template."""

COLUMNS: Final = {
    " ".join(words(heading)): column
    for column, vietnamese in HEADINGS.items()
    for heading in (column, vietnamese)
}
REQUIRED: Final = frozenset({"product", "stars"})

_KINDS: Final = {
    "hop tac xa": ProducerKind.COOPERATIVE,
    "htx": ProducerKind.COOPERATIVE,
    "to hop tac": ProducerKind.COOPERATIVE_GROUP,
    "doanh nghiep": ProducerKind.ENTERPRISE,
    "cong ty": ProducerKind.ENTERPRISE,
    "ho kinh doanh": ProducerKind.HOUSEHOLD,
    "ho san xuat": ProducerKind.HOUSEHOLD,
    "ho gia dinh": ProducerKind.HOUSEHOLD,
    "trang trai": ProducerKind.FARM,
    **{kind.value.replace("_", " "): kind for kind in ProducerKind},
}
_LEVELS: Final = {
    "huyen": AuthorityLevel.DISTRICT,
    "cap huyen": AuthorityLevel.DISTRICT,
    "tinh": AuthorityLevel.PROVINCE,
    "cap tinh": AuthorityLevel.PROVINCE,
    "trung uong": AuthorityLevel.MINISTRY,
    "bo": AuthorityLevel.MINISTRY,
    **{level.value: level for level in AuthorityLevel},
}
_VINTAGES: Final = {
    "truoc 7 2025": Vintage.BEFORE_2025_07,
    "tu 7 2025": Vintage.SINCE_2025_07,
    "before 2025 07": Vintage.BEFORE_2025_07,
    "since 2025 07": Vintage.SINCE_2025_07,
}


def read_row(row: ParsedRow, cells: Mapping[str, str]) -> None:
    """Fill `row` from `cells`, texts by column name; what cannot be is told as an error."""
    texts = {column: text_cell(row, column, cell) for column, cell in cells.items()}
    name = texts.get("product")
    if name is None:
        row.say(Level.ERROR, Refusal.MISSING, "product")
        return
    note_stars_in_prose(row, "product", name)
    row.source = _source(row, texts)
    row.place = _place(row, texts)
    row.variant = _variant(row, texts)
    stated_group = texts.get("group")
    product = ProductFacts(
        name=name,
        name_en=texts.get("product_en"),
        register_key=texts.get("product_key"),
        group_no=group_number(row, "group", stated_group),
        group_as_stated=stated_group,
        criteria_set=number_cell(row, "criteria_set", texts.get("criteria_set") or ""),
        ocop_code=texts.get("ocop_code"),
    )
    set_product(row, product, _producer(row, texts))
    recognition = _recognition(row, texts)
    row.certifications = (recognition,) if recognition else ()


def _producer(row: ParsedRow, texts: Mapping[str, str | None]) -> ProducerFacts | None:
    name = texts.get("producer")
    if name is None:
        row.say(Level.NOTE, Finding.PRODUCER_NOT_STATED, "producer")
        return None
    kind = _choice(row, "producer_kind", texts.get("producer_kind"), _KINDS)
    return ProducerFacts(name=name, kind=kind, tax_code=texts.get("tax_code"))


def _place(row: ParsedRow, texts: Mapping[str, str | None]) -> PlaceFacts | None:
    return place_facts(
        row,
        PlaceFacts(
            street=texts.get("street"),
            commune=texts.get("commune"),
            district=texts.get("district"),
            province=texts.get("province"),
            vintage=_choice(row, "address_vintage", texts.get("address_vintage"), _VINTAGES),
            stated_current_commune=texts.get("current_commune"),
        ),
    )


def _source(row: ParsedRow, texts: Mapping[str, str | None]) -> SourceFacts | None:
    key = texts.get("source_key")
    if key is None:
        return None
    return SourceFacts(
        key=key,
        publisher=texts.get("source_publisher"),
        title=texts.get("source_title"),
        published_on=date_cell(row, "source_published_on", texts.get("source_published_on") or ""),
        url=texts.get("source_url"),
    )


def _variant(row: ParsedRow, texts: Mapping[str, str | None]) -> VariantFacts | None:
    price_vnd = number_cell(row, "price_vnd", texts.get("price_vnd") or "")
    pack, gtin = texts.get("pack"), texts.get("gtin")
    if pack is None:
        if price_vnd is not None or gtin is not None:
            row.say(Level.ERROR, Refusal.MISSING, "pack")
        return None
    return VariantFacts(label=pack, price_vnd=price_vnd, gtin=gtin)


def _recognition(row: ParsedRow, texts: Mapping[str, str | None]) -> CertificationFacts | None:
    """The recognition that a line states, or None: without evidence its stars are a claim, and told as one."""
    stated = texts.get("stars") or ""
    stars = stars_cell(row, "stars", stated)
    decided_on = date_cell(row, "decided_on", texts.get("decided_on") or "")
    expires_on = date_cell(row, "expires_on", texts.get("expires_on") or "")
    score = score_cell(row, "score", texts.get("score") or "")
    year = number_cell(row, "recognised_year", texts.get("recognised_year") or "")
    evidence = (texts.get("evidence_level") or "").upper()
    if stars is None:
        if texts.get("decision_number"):
            row.say(Level.ERROR, Refusal.MISSING, "stars")
        return None
    if row.source is None or evidence in {"", EvidenceLevel.C}:
        claim(row, "stars", stated)
        return None
    return with_facts_of_law(
        row,
        CertificationFacts(
            stars=stars,
            evidence_level=evidence,
            score=score,
            decision_number=texts.get("decision_number"),
            decided_on=decided_on,
            recognised_year=year or _year_of(decided_on),
            authority_level=_choice(row, "authority_level", texts.get("authority_level"), _LEVELS),
            authority_name=texts.get("authority_name"),
            expires_on=expires_on,
            note=texts.get("note"),
        ),
    )


def _year_of(day: date | None) -> int | None:
    return day.year if day else None


def _choice(row: ParsedRow, column: str, text: str | None, choices: Mapping[str, str]) -> str | None:
    if text is None:
        return None
    chosen = choices.get(" ".join(words(fold(text))))
    if chosen is None:
        row.say(Level.ERROR, Refusal.UNKNOWN_CHOICE, column, text)
        return None
    return str(chosen)
