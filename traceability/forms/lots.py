"""A lot as typed: goods, or raw material."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from werkzeug.datastructures import MultiDict

from catalog.forms.certificates import as_day
from catalog.typed_amounts import UnreadableAmountError, typed_count
from core.clock import VIETNAM
from core.text import clean_line, clean_text
from traceability.forms.amounts import typed_amount
from traceability.models import LotKind, TraceStep

_FIELDS: Final = (
    "kind",
    "product",
    "code",
    "quantity",
    "pack",
    "produced_on",
    "expires_on",
    "material",
    "amount",
    "unit",
    "area",
    "raw_lot",
    "raw_amount",
)
TYPED_MAX: Final = 200
NOTE_TYPED_MAX: Final = 600
INPUT_PREFIX: Final = "input_"
INPUT_ROWS_MAX: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class LotForm:
    """A lot as typed. errors: field to reason. area: where raw material comes from.

    raw_lot, raw_amount: of which raw lot these goods were made, in kilograms (or litres, pieces); both may be empty.
    """

    submission_key: str
    kind: str = LotKind.GOODS.value
    product: str = ""
    code: str = ""
    quantity: str = ""
    pack: str = ""
    produced_on: str = ""
    expires_on: str = ""
    material: str = ""
    amount: str = ""
    unit: str = "kg"
    area: str = ""
    raw_lot: str = ""
    raw_amount: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def empty(cls, **known: Any) -> "LotForm":
        """What is known before anything is typed."""
        return cls(submission_key=str(uuid4()), **known)

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> "LotForm":
        """What was typed, and what of it cannot be read."""
        typed: dict[str, Any] = {name: clean_line(given.get(name, ""))[:TYPED_MAX] for name in _FIELDS}
        if typed["kind"] not in tuple(LotKind):
            typed["kind"] = LotKind.GOODS.value
        form = cls(submission_key=key_of(given.get("submission_key", "")), **typed)
        return replace(form, errors=form._faults())

    @property
    def is_raw(self) -> bool:
        return self.kind == LotKind.RAW

    @property
    def packs(self) -> int:
        """How many packs. Only of a form without errors."""
        return typed_count(self.quantity)

    @property
    def base_amount(self) -> int:
        """How much raw material, in whole grams, millilitres or pieces. Only of a form without errors."""
        return typed_amount(self.amount, self.unit)

    @property
    def produced(self) -> date | None:
        return as_day(self.produced_on)

    @property
    def expires(self) -> date | None:
        return as_day(self.expires_on)

    def with_error(self, name: str, reason: str) -> "LotForm":
        """The same with one more error."""
        return replace(self, errors={**self.errors, name: reason})

    def _faults(self) -> dict[str, str]:
        faults = {
            name: "not_a_date"
            for name, day in (("produced_on", self.produced), ("expires_on", self.expires))
            if getattr(self, name) and day is None
        }
        try:
            if self.is_raw:
                if not self.material:
                    faults["material"] = "missing"
                typed_amount(self.amount, self.unit)
            elif typed_count(self.quantity) < 1:
                faults["quantity"] = "missing"
        except UnreadableAmountError as error:
            faults["amount" if self.is_raw else "quantity"] = error.reason
        if not self.code:
            faults["code"] = "missing"
        if bool(self.raw_lot) != bool(self.raw_amount):
            faults["raw_amount" if self.raw_lot else "raw_lot"] = "missing"
        return faults


@dataclass(frozen=True, slots=True, kw_only=True)
class EventForm:
    """An event as typed. inputs: number of a raw lot to what was typed beside it. corrects: number of a wrong event.

    day, at: date and time of day in Vietnam as the telephone's own fields send them.
    """

    submission_key: str
    step: str = ""
    day: str = ""
    at: str = ""
    note: str = ""
    area: str = ""
    area_amount: str = ""
    corrects: str = ""
    inputs: Mapping[int, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def empty(cls, now: datetime, **known: Any) -> "EventForm":
        """A form that says «just now»."""
        local = now.astimezone(VIETNAM)
        return cls(submission_key=str(uuid4()), day=local.date().isoformat(), at=f"{local:%H:%M}", **known)

    @classmethod
    def parse(cls, given: MultiDict[str, str]) -> "EventForm":
        """What was typed, and what of it cannot be read."""
        names = ("step", "day", "at", "area", "area_amount", "corrects")
        typed: dict[str, Any] = {name: clean_line(given.get(name, ""))[:TYPED_MAX] for name in names}
        form = cls(
            submission_key=key_of(given.get("submission_key", "")),
            note=clean_text(given.get("note", ""))[:NOTE_TYPED_MAX],
            inputs=_inputs(given),
            **typed,
        )
        return replace(form, errors=form._faults())

    @property
    def happened_at(self) -> datetime | None:
        """The instant, aware; None where day or time cannot be read."""
        day = as_day(self.day)
        try:
            at = time.fromisoformat(self.at)
        except ValueError:
            return None
        return datetime.combine(day, at.replace(tzinfo=None), VIETNAM) if day else None

    def with_error(self, name: str, reason: str) -> "EventForm":
        """The same with one more error."""
        return replace(self, errors={**self.errors, name: reason})

    def _faults(self) -> dict[str, str]:
        faults = {}
        if self.step not in tuple(TraceStep):
            faults["step"] = "missing"
        if self.happened_at is None:
            faults["day"] = "not_a_date"
        if self.area_amount and not self.area:
            faults["area"] = "missing"
        for name, typed in (
            ("area_amount", self.area_amount),
            *((f"input_{key}", text) for key, text in self.inputs.items()),
        ):
            try:
                _readable(typed)
            except UnreadableAmountError as error:
                faults[name] = error.reason
        return faults


def key_of(typed: str) -> str:
    """The key of a form; one that is none is replaced: the form counts as a new one."""
    try:
        return str(UUID(typed))
    except ValueError:
        return str(uuid4())


def number_of(typed: str) -> int | None:
    """A number of a row as a form sends it; None for anything else."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def shelf_life(produced: date | None, expires: date | None) -> timedelta | None:
    """How long goods keep; None where it is not told."""
    return expires - produced if produced and expires else None


def _inputs(given: MultiDict[str, str]) -> dict[int, str]:
    rows: dict[int, str] = {}
    for name, typed in given.items():
        number = number_of(name.removeprefix(INPUT_PREFIX)) if name.startswith(INPUT_PREFIX) else None
        if number is not None and typed.strip() and len(rows) < INPUT_ROWS_MAX:
            rows[number] = clean_line(typed)[:TYPED_MAX]
    return rows


def _readable(typed: str) -> None:
    if typed:
        typed_amount(typed, "kg")
