"""What is typed of vouchers and hampers, made into the facts that operations judge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from catalog.typed_amounts import UnreadableAmountError, typed_count, typed_vnd
from core.text import clean_line
from orders.bundle_terms import ITEMS_MAX, BundleFacts, BundleFault
from orders.voucher_terms import VoucherFacts, VoucherFault, normal_code

TYPED_MAX: Final = 200
UNREADABLE: Final = -1
"""Stands for a number that could not be read: every rule refuses it."""
NO_DAY: Final = date(1, 1, 1)
VOUCHER_FIELDS: Final = (
    "code", "kind", "percent", "amount_vnd", "cap_vnd", "minimum_vnd", "from_on", "until_on", "use_limit",
    "person_limit", "producer",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TypedForm:
    """A form as it was typed, for showing it again. fault: why it was refused, «» if it was not."""

    typed: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


def voucher_facts(given: Mapping[str, str], producer_id: int | None) -> VoucherFacts:
    """The voucher that is asked for; what cannot be read is a value that `fault_of` refuses."""
    is_percent = given.get("kind") == "percent"
    return VoucherFacts(
        code=normal_code(given.get("code", "")[:TYPED_MAX]),
        producer_id=producer_id,
        percent=(_count(given, "percent") or UNREADABLE) if is_percent else None,
        amount_vnd=None if is_percent else (_money(given, "amount_vnd") or UNREADABLE),
        cap_vnd=_money(given, "cap_vnd") if is_percent else None,
        minimum_vnd=_money(given, "minimum_vnd") or 0,
        from_on=_day(given, "from_on"),
        until_on=_day(given, "until_on"),
        use_limit=_count(given, "use_limit"),
        person_limit=_count(given, "person_limit"),
    )


def bundle_facts(given: Mapping[str, str], items: tuple[tuple[int, int], ...]) -> BundleFacts:
    """The hamper that is asked for. items: packs by number of the variant, already looked up."""
    is_percent = given.get("kind") == "percent"
    return BundleFacts(
        name=clean_line(given.get("name", "")),
        name_en=clean_line(given.get("name_en", "")),
        summary=clean_line(given.get("summary", "")),
        summary_en=clean_line(given.get("summary_en", "")),
        percent=_count(given, "percent") if is_percent else None,
        discount_vnd=None if is_percent else _money(given, "amount_vnd"),
        items=items,
    )


def chosen_packs(given: Mapping[str, str]) -> tuple[tuple[int, int], ...]:
    """Packs chosen by a number beside each (`pack-17`): number of the variant and how many; unreadable ones refuse."""
    chosen = []
    for name in given:
        number = name.removeprefix("pack-")
        if name.startswith("pack-") and number.isascii() and number.isdecimal() and len(number) <= 9:
            count = _count(given, name)
            if count:
                chosen.append((int(number), count))
    return tuple(chosen[: ITEMS_MAX + 1])


def named_packs(given: Mapping[str, str]) -> list[tuple[str, int, int]]:
    """Packs named by address of the product, place among its packs (1: the first) and how many."""
    rows = []
    for number in range(1, ITEMS_MAX + 1):
        slug = clean_line(given.get(f"product-{number}", "")).rstrip("/").rpartition("/")[2]
        if slug:
            place, count = _count(given, f"pack-{number}"), _count(given, f"count-{number}")
            rows.append((slug[:TYPED_MAX], place or 1, count or UNREADABLE))
    return rows


def kept(given: Mapping[str, str]) -> dict[str, str]:
    """What was typed, cut to a sane length."""
    return {name: text[:TYPED_MAX] for name, text in given.items() if name != "csrf_token"}


VOUCHER_FAULT_FIELDS: Final[Mapping[str, str]] = {
    VoucherFault.CODE: "code",
    VoucherFault.CODE_TAKEN: "code",
    VoucherFault.DISCOUNT: "percent",
    VoucherFault.CAP: "cap_vnd",
    VoucherFault.MINIMUM: "minimum_vnd",
    VoucherFault.DAYS: "until_on",
    VoucherFault.USES: "use_limit",
    VoucherFault.PERSON: "person_limit",
    VoucherFault.PRODUCER: "producer",
}
BUNDLE_FAULT_FIELDS: Final[Mapping[str, str]] = {
    BundleFault.NAME: "name",
    BundleFault.SUMMARY: "summary",
    BundleFault.DISCOUNT: "percent",
    BundleFault.ITEMS: "packs",
    BundleFault.NOT_OURS: "packs",
    BundleFault.NOT_PROMOTED: "packs",
}


def _count(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name, "")[:TYPED_MAX]
    if not text.strip():
        return None
    try:
        return typed_count(text)
    except UnreadableAmountError:
        return UNREADABLE


def _money(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name, "")[:TYPED_MAX]
    if not text.strip():
        return None
    try:
        return typed_vnd(text)
    except UnreadableAmountError:
        return UNREADABLE


def _day(given: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(given.get(name, "").strip())
    except ValueError:
        return NO_DAY
