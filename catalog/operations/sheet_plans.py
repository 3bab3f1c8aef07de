"""What a file of goods would change: found without changing anything, by the checks that the change itself meets."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from catalog.facts import Refusal
from catalog.groups import sub_group_by_number
from catalog.models import Product
from catalog.operations.listing_fields import Fault, checked_changes, listing_facts
from catalog.product_sheet.columns import BY_NAME, PACK_ID, PRODUCT_ID, VERSION
from catalog.product_sheet.goods import SheetPack, SheetProduct, version_of
from catalog.product_sheet.plan import FieldChange, ProductPlan, SheetPlan
from catalog.product_sheet.rows import VALUE_MAX_CHARS, ReadSheet, SheetFault, SheetMessage, SheetRow
from catalog.queries.sheet_goods import list_sheet_goods
from core.db import db
from core.text import fold

PRODUCT_CHANGES_MAX: Final = 2_000
"""Products that one file may change: all of it is one transaction, which others wait for."""

Told = Callable[[int, int], None]


def plan_sheet(sheet: ReadSheet, producer_id: int, file_name: str, told: Told) -> SheetPlan:
    """Compare `sheet` with what is on record of a producer. Nothing has changed.

    told: called with rows done and rows failed, now and then, outside any work.
    """
    goods = _Goods.of(list_sheet_goods(producer_id))
    messages = list(sheet.messages)
    messages += _repeated(sheet.rows)
    plans: list[ProductPlan] = []
    done = 0
    for rows in _grouped(sheet.rows):
        done += len(rows)
        plans += _Group(rows, goods, producer_id, messages).plan()
        told(done, len({message.line for message in messages}))
    if len(plans) > PRODUCT_CHANGES_MAX:
        over = plans[PRODUCT_CHANGES_MAX]
        messages.append(
            SheetMessage(over.line, "name", Refusal.OUT_OF_RANGE, over.name, str(PRODUCT_CHANGES_MAX))
        )
    return SheetPlan(file_name, len(sheet.rows), tuple(plans), _one_for_each_cell(messages), sheet.unknown)


def _one_for_each_cell(messages: Sequence[SheetMessage]) -> tuple[SheetMessage, ...]:
    """In the order of the table; of several about one cell the first, which is the nearest to what was written."""
    order = {name: number for number, name in enumerate(BY_NAME)}
    first: dict[tuple[int, int], SheetMessage] = {}
    for message in messages:
        first.setdefault((message.line, order[message.column]), message)
    return tuple(first[place] for place in sorted(first))


def _grouped(rows: Sequence[SheetRow]) -> Iterator[list[SheetRow]]:
    """Rows of one product: by its id, of a new one by its name."""
    groups: dict[object, list[SheetRow]] = {}
    for row in rows:
        name = fold(str(row.product.get("name") or ""))
        key: object = row.product_id if row.product_id is not None else (name or ("line", row.line))
        groups.setdefault(key, []).append(row)
    return iter(groups.values())


def _repeated(rows: Sequence[SheetRow]) -> Iterator[SheetMessage]:
    """Packs and numbers of goods that stand in two rows."""
    seen: dict[tuple[str, object], int] = {}
    for row in rows:
        gtin = row.pack.get("gtin")
        keys = (
            (PACK_ID, SheetFault.REPEATED_PACK, row.pack_id),
            ("gtin", SheetFault.REPEATED_GTIN, str(gtin).zfill(14) if gtin else None),
        )
        for column, fault, value in keys:
            if value is None:
                continue
            first = seen.setdefault((column, value), row.line)
            if first != row.line:
                row.has_fault = True
                yield SheetMessage(row.line, column, fault, str(value), str(first))


@dataclass(frozen=True, slots=True)
class _Goods:
    """What is on record of the producer. by_name: name in small letters to number."""

    by_id: Mapping[int, SheetProduct]
    by_name: Mapping[str, int]

    @classmethod
    def of(cls, products: Sequence[SheetProduct]) -> Self:
        names = {str(each.facts["name"]).lower(): each.product_id for each in products}
        return cls({each.product_id: each for each in products}, names)


class _Group:
    """The rows of one product, and what they would make of it."""

    def __init__(
        self,
        rows: Sequence[SheetRow],
        goods: _Goods,
        producer_id: int,
        messages: list[SheetMessage],
    ) -> None:
        self._rows = rows
        self._producer_id = producer_id
        self._messages = messages
        self._known = goods.by_id.get(rows[0].product_id) if rows[0].product_id is not None else None
        self._named_alike = goods.by_name.get(str(rows[0].product.get("name")).lower())
        self._packs = {pack.pack_id: pack for pack in (self._known.packs if self._known else ())}
        self._keys: dict[int | str, SheetRow] = {}
        self._told: dict[str, SheetRow] = {}
        self._expected_stock: dict[str, int] = {}

    def plan(self) -> list[ProductPlan]:
        first = self._rows[0]
        if first.product_id is not None and self._known is None:
            self._say_all(PRODUCT_ID, SheetFault.UNKNOWN_PRODUCT, str(first.product_id))
            return []
        if first.product_id is None and self._named_alike is not None:
            # The file of before, whose new rows have no number yet: it must not make all of them once more.
            name, number = str(first.product["name"]), str(self._named_alike)
            self._say_all("name", SheetFault.ALREADY_THERE, name, number)
            return []
        fields = self._changed_product_fields() if self._known else self._new_product_fields()
        packs = self._changed_packs()
        if not fields and not packs:
            return []
        plans = self._checked(fields, packs)
        return [] if any(row.has_fault for row in self._rows) else plans

    def _new_product_fields(self) -> dict[str, Any]:
        """What the first row says; the others say the same or nothing."""
        first = self._rows[0]
        if not first.product.get("name") and not first.has_fault:
            self._say(first, "name", Refusal.MISSING)
        for row in self._rows[1:]:
            for name, value in row.product.items():
                if value is not None and value != first.product.get(name):
                    self._say(row, name, SheetFault.OTHER_LINE, str(value), str(first.line))
        return {name: value for name, value in first.product.items() if value is not None}

    def _changed_product_fields(self) -> dict[str, Any]:
        """What a row says otherwise than the record: it is enough to change it in one row of several."""
        fields: dict[str, Any] = {}
        for name, present in (self._known.facts if self._known else {}).items():
            for row in self._rows:
                value = row.product.get(name, present)
                if value == present:
                    continue
                told = self._told.setdefault(name, row)
                if fields.setdefault(name, value) != value:
                    self._say(row, name, SheetFault.OTHER_LINE, str(value or ""), str(told.line))
        for row in {id(row): row for row in self._told.values()}.values():
            mine = {name: value for name, value in fields.items() if self._told[name] is row}
            self._require_fresh(row, None, mine)
        return fields

    def _changed_packs(self) -> dict[int | str, dict[str, Any]]:
        changed: dict[int | str, dict[str, Any]] = {}
        for row in self._rows:
            if not row.names_pack:
                continue
            pack = self._packs.get(row.pack_id) if row.pack_id is not None else None
            if row.pack_id is not None and pack is None:
                self._say(row, PACK_ID, SheetFault.UNKNOWN_PACK, str(row.pack_id))
                continue
            key: int | str = pack.pack_id if pack else f"line {row.line}"
            self._keys[key] = row
            fields = self._changed_fields_of(row, pack)
            if fields:
                changed[key] = fields
        return changed

    def _changed_fields_of(self, row: SheetRow, pack: SheetPack | None) -> dict[str, Any]:
        if pack is None:
            return {name: value for name, value in row.pack.items() if value is not None}
        fields = {
            name: value for name, value in row.pack.items() if not _is_same(name, value, pack.facts[name])
        }
        named = {name: value for name, value in fields.items() if name != "on_hand"}
        if named:
            self._require_fresh(row, pack, named)
        if "on_hand" in fields:
            self._settle_stock(row, pack, fields)
        return fields

    def _settle_stock(self, row: SheetRow, pack: SheetPack, fields: dict[str, Any]) -> None:
        """A count that nobody touched in the file stays as it has become since; one that was touched must be fresh."""
        if row.version is None:
            self._say(row, VERSION, SheetFault.NO_VERSION)
        elif row.version.on_hand == fields["on_hand"]:
            del fields["on_hand"]
        elif row.version.on_hand != pack.facts["on_hand"]:
            seen = str(pack.facts["on_hand"])
            self._say(row, "on_hand", SheetFault.CHANGED_MEANWHILE, str(fields["on_hand"]), seen)
        else:
            self._expected_stock[str(pack.pack_id)] = pack.facts["on_hand"]

    def _require_fresh(self, row: SheetRow, pack: SheetPack | None, fields: Mapping[str, Any]) -> None:
        """Nobody changed the product, or the pack, since the file was fetched."""
        known = self._known
        if known is None:
            return
        if row.version is None:
            if not row.has_fault:
                self._say(row, VERSION, SheetFault.NO_VERSION)
            return
        present = version_of(known, pack).removeprefix("v").split("-")
        is_fresh = row.version.pack_hash == present[1] if pack else row.version.product_hash == present[0]
        if not is_fresh:
            facts = pack.facts if pack else known.facts
            for name, value in fields.items():
                shown = str(facts[name] if facts[name] is not None else "")[:VALUE_MAX_CHARS]
                self._say(row, name, SheetFault.CHANGED_MEANWHILE, str(value or ""), shown)

    def _checked(self, fields: dict[str, Any], packs: dict[int | str, dict[str, Any]]) -> list[ProductPlan]:
        """Ask the checks of the change itself. A new product is judged without being made."""
        if self._known is None:
            product = Product(producer_id=self._producer_id, group_no=fields.get("group_no"))
        else:
            product = db.session.get_one(Product, self._known.product_id)
            fields = _with_sub_group(product, fields)
        cleaned, faults = checked_changes(product, {**fields, "variants": packs})
        for fault in faults:
            self._say_fault(fault)
        if faults:
            return []
        facts = listing_facts(product) if self._known else {}
        changed = {
            name: value
            for name, value in cleaned.items()
            if name == "variants" or self._known is None or facts[name] != value
        }
        return [self._plan_of(changed, facts)]

    def _plan_of(self, cleaned: dict[str, Any], facts: Mapping[str, Any]) -> ProductPlan:
        packs = cleaned.pop("variants")
        first = self._rows[0]
        expected = {name: facts.get(name) for name in cleaned}
        shown = [
            FieldChange(name, "", expected[name], value) for name, value in cleaned.items() if name in BY_NAME
        ]
        for key, fields in packs.items():
            pack = self._packs.get(key) if isinstance(key, int) else None
            label = str(fields.get("label") or (pack.facts["label"] if pack else ""))
            for name, value in fields.items():
                before = pack.facts[name] if pack else None
                shown.append(FieldChange(name, label, before, value))
                if pack and name != "on_hand":
                    expected[f"variant.{key}.{name}"] = before
        return ProductPlan(
            line=first.line,
            product_id=first.product_id,
            name=str(cleaned.get("name") or facts.get("name") or ""),
            changes=cleaned,
            packs=tuple(packs.items()),
            expected=expected if self._known else {},
            stock=self._expected_stock,
            shown=shown,
        )

    def _say_fault(self, fault: Fault) -> None:
        row = self._told.get(fault.field, self._rows[0])
        if fault.variant is not None:
            row = self._keys[fault.variant]
        column = fault.field if fault.field in BY_NAME else "name"
        self._say(row, column, fault.reason, "" if fault.value is None else str(fault.value))

    def _say_all(self, column: str, code: str, value: str, detail: str = "") -> None:
        for row in self._rows:
            self._say(row, column, code, value, detail)

    def _say(self, row: SheetRow, column: str, code: str, value: str = "", detail: str = "") -> None:
        row.has_fault = True
        self._messages.append(SheetMessage(row.line, column, str(code), value[:VALUE_MAX_CHARS], detail))


def _with_sub_group(product: Product, fields: dict[str, Any]) -> dict[str, Any]:
    """Another group leaves the sub-group and criteria set of the old one behind."""
    sub_group = sub_group_by_number(product.sub_group_no or 0)
    if "group_no" not in fields or sub_group is None or sub_group.group_number == fields["group_no"]:
        return fields
    return {**fields, "sub_group_no": None, "criteria_set": None}


def _is_same(name: str, written: Any, present: Any) -> bool:
    """A GTIN may be written with or without its leading zeros."""
    if name == "gtin" and written and present:
        written = str(written).replace(" ", "").zfill(14)
    return bool(written == present)
