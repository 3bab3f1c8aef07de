"""What a file would change: found by a dry run, shown to a person, and carried out as it was shown."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from catalog.product_sheet.rows import SheetMessage


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field. pack: which pack, empty for the product itself. before: None for something new."""

    field: str
    pack: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ProductPlan:
    """What becomes of one product. product_id: None for a new one.

    changes: as `change_listing` takes them, but packs as pairs (id or name of a new one, fields), because JSON knows
    no numbers as names. expected, stock: flat facts and packs on the shelf as they were seen, for those that change.
    """

    line: int
    product_id: int | None
    name: str
    changes: Mapping[str, Any]
    packs: Sequence[tuple[int | str, Mapping[str, Any]]]
    expected: Mapping[str, Any]
    stock: Mapping[str, int]
    shown: Sequence[FieldChange]


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """The outcome of a dry run. With messages nothing can be carried out.

    rows: read. unknown: headings that were left alone. failed_rows: rows with a message.
    """

    file_name: str
    row_count: int
    products: tuple[ProductPlan, ...]
    messages: tuple[SheetMessage, ...]
    unknown: tuple[str, ...]

    @property
    def failed_rows(self) -> int:
        return len({message.line for message in self.messages})

    @property
    def new_count(self) -> int:
        return sum(each.product_id is None for each in self.products)

    @property
    def changed_count(self) -> int:
        return len(self.products) - self.new_count

    @property
    def can_be_applied(self) -> bool:
        return bool(self.products) and not self.messages


def write_plan(plan: SheetPlan) -> bytes:
    """`plan` as JSON."""
    return json.dumps(asdict(plan), ensure_ascii=False, separators=(",", ":")).encode()


def read_plan(content: bytes) -> SheetPlan:
    """What `write_plan` wrote."""
    told = json.loads(content)
    return SheetPlan(
        file_name=told["file_name"],
        row_count=told["row_count"],
        products=tuple(_product(each) for each in told["products"]),
        messages=tuple(SheetMessage(**each) for each in told["messages"]),
        unknown=tuple(told["unknown"]),
    )


def _product(told: Mapping[str, Any]) -> ProductPlan:
    return ProductPlan(
        line=told["line"],
        product_id=told["product_id"],
        name=told["name"],
        changes=told["changes"],
        packs=[(key, fields) for key, fields in told["packs"]],
        expected=told["expected"],
        stock=told["stock"],
        shown=[FieldChange(**each) for each in told["shown"]],
    )
