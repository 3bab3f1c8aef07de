"""Which column of an upload sheet holds what: maps that are data, and the cells of a row by them. Pure.

A map is a table of `promotion/data/columns/`: a platform that changes its template is a change there and nowhere else.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

COLUMNS: Final = Path(__file__).parent / "data" / "columns"

Cell = str | int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """head: of the first row, for the platform. title: of the second, for people. value: what is told, «» nothing."""

    head: str
    title: str
    value: str
    is_number: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """The sheet of a platform. blank_rows: between heads and goods. known_from: where its columns are known from."""

    sheet: str
    blank_rows: int
    known_from: str
    columns: tuple[Column, ...]

    @property
    def heads(self) -> list[list[Cell]]:
        """The rows before the goods."""
        blank: list[Cell] = [""] * len(self.columns)
        heads: list[Cell] = [each.head for each in self.columns]
        titles: list[Cell] = [each.title for each in self.columns]
        return [heads, titles, *([blank] * self.blank_rows)]

    def cells(self, values: Mapping[str, str]) -> list[Cell]:
        """A row of goods. values: what there is to tell, by name; numbers are cells that count."""
        return [_cell(each, values.get(each.value, "")) for each in self.columns]

    def read(self, cells: Sequence[str]) -> dict[str, str]:
        """What a row of the finished sheet tells, by name: `cells` the other way round."""
        return {
            column.value: cell
            for column, cell in zip(self.columns, cells, strict=False)
            if column.value and cell
        }


@lru_cache(maxsize=16)
def get_map(channel: str) -> ColumnMap:
    """The map of a shelf. Raises FileNotFoundError for one that takes no sheet."""
    data: dict[str, Any] = tomllib.loads((COLUMNS / f"{channel}.toml").read_text("utf-8"))
    columns = tuple(
        Column(
            head=each["head"],
            title=each["title"],
            value=each["value"],
            is_number=each.get("is_number", False),
        )
        for each in data["columns"]
    )
    return ColumnMap(
        sheet=data["sheet"], blank_rows=data["blank_rows"], known_from=data["known_from"], columns=columns
    )


def _cell(column: Column, text: str) -> Cell:
    if not (column.is_number and text):
        return text
    return float(text) if "." in text else int(text)
