"""What every carrier is asked, whichever it is. Never called inside a transaction: decide, commit, call, commit.

A booking is known by our code of the parcel: asked again after a lost answer, a carrier must find the first one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final, Protocol

from core.net import AddressRefusedError, NoAnswerError, post
from orders.queries.parcels import ParcelFacts
from orders.tracking import ShipmentStatus

PATIENCE_SECONDS: Final = 15.0
VIETNAM: Final = timezone(timedelta(hours=7))


class CarrierError(Exception):
    """The carrier did not do it. reason: a short word or what it said. is_final: asking again is no use."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason[:200]
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class Booked:
    """tracking_number: the carrier's own. fee_vnd: what it asks for the parcel, None if it does not say."""

    tracking_number: str
    fee_vnd: int | None = None


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """What the carrier calls both ends («parts|of|it»), from its own list; empty where the list is not loaded."""

    sender: str
    receiver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierEvent:
    """One thing that a carrier told. our_code: as we booked it; empty if the carrier names only its own number."""

    tracking_number: str
    our_code: str
    code: str
    status: ShipmentStatus
    happened_at: datetime
    note: str = ""

    @property
    def key(self) -> str:
        """The same thing told twice has the same key."""
        return f"{self.code}@{self.happened_at.isoformat()}"


class Carrier(Protocol):
    """A carrier's system. Calls raise CarrierError."""

    @property
    def code(self) -> str:
        """How settings and rows call it."""
        ...

    def book(self, parcel: ParcelFacts, places: PlaceNames) -> Booked:
        """Ask for the parcel to be taken. Asked twice for the same parcel, it answers the same number."""
        ...

    def cancel(self, tracking_number: str) -> None:
        """Take a booking back; harmless where it is taken back already."""
        ...

    def label_url(self, tracking_number: str) -> str | None:
        """Where the carrier's own label is printed; None where ours will do."""
        ...

    def read_events(self, body: bytes) -> tuple[CarrierEvent, ...]:
        """What a notice says; () for one that is about something else. Raises CarrierError for what cannot be read."""
        ...


def ask(url: str, told: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
    """POST `told` as JSON and read the JSON object that is answered, whatever its status below 500.

    Raises CarrierError: not final for no answer, an answer that is none, and 5xx or 429.
    """
    body = json.dumps(told, ensure_ascii=False).encode()
    sent = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json", **headers}
    try:
        answer = post(url, body, sent, timeout_seconds=PATIENCE_SECONDS, is_trusted=True)
    except AddressRefusedError as error:
        raise CarrierError(f"address: {error.facts['reason']}") from None
    except NoAnswerError:
        raise CarrierError("no_answer") from None
    if answer.status >= 500 or answer.status == 429:
        raise CarrierError(f"status {answer.status}")
    try:
        found = json.loads(answer.body)
    except ValueError:
        raise CarrierError("unreadable") from None
    if not isinstance(found, dict):
        raise CarrierError("unreadable")
    return found


def part(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object called `name`; an empty one if there is none."""
    value = found.get(name)
    return value if isinstance(value, dict) else {}


def said(found: Mapping[str, Any], *names: str) -> str:
    """The first of the texts or numbers called `names` that is given; «» if none is."""
    for name in names:
        value = found.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return ""


def number(found: Mapping[str, Any], name: str) -> int | None:
    """The whole number called `name`, None if there is none; amounts come as 15000 and as 15000.0."""
    value = found.get(name)
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a notice. Raises CarrierError."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise CarrierError("unreadable", is_final=True) from None
    if not isinstance(found, dict):
        raise CarrierError("unreadable", is_final=True)
    return found


def iso_instant(text: str) -> datetime:
    """An instant as «2021-11-11T03:52:50.158Z»; without a zone it is Vietnam's. Raises CarrierError."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CarrierError("unreadable_time", is_final=True) from None
    return at if at.tzinfo is not None else at.replace(tzinfo=VIETNAM)


def address_line(*parts: str) -> str:
    """Parts of an address in one line."""
    return ", ".join(each for each in parts if each)


def goods_line(parcel: ParcelFacts) -> str:
    """What is in the parcel, in one line of at most 200 letters."""
    return ", ".join(f"{line.quantity} x {line.name}" for line in parcel.lines)[:200]
