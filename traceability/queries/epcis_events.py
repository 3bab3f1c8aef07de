"""Events for asking: those of lots that everybody may read of, by what they say and name."""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from catalog.errors import InvalidParameterError
from catalog.models import Product
from core.db import db
from traceability.epcis.hidden_codes import codes_in
from traceability.epcis.questions import Question
from traceability.epcis.terms import WORD_STEMS
from traceability.errors import EpcisEventNotFoundError, NamedQueryNotFoundError
from traceability.models import Stamp
from traceability.models.epcis import EpcisCapture, EpcisEvent, EpcisIdentifier, EpcisQuery
from traceability.queries.public_lots import public_lot_ids
from traceability.queries.told_events import lots_of_codes
from traceability.stamp_codes import CODE_LENGTH

TOKEN_MAX: Final = 300
ID_MAX: Final = 2**62
_HASH: Final = re.compile(r"(?:ni:/+sha-256;)?([0-9a-f]{64})(?:\?ver=CBV2\.0)?")
_COMPARISONS: Final = {"eq": "__eq__", "gt": "__gt__", "ge": "__ge__", "lt": "__lt__", "le": "__le__"}
_COLUMNS: Final = {
    "eventTypes": EpcisEvent.event_type,
    "bizSteps": EpcisEvent.biz_step,
    "dispositions": EpcisEvent.disposition,
    "readPoints": EpcisEvent.read_point,
    "bizLocations": EpcisEvent.biz_location,
}
EPCS: Final = "epcs"
COLLECTIONS: Final = (*_COLUMNS, EPCS)
"""What events can be gone through by."""


@dataclass(frozen=True, slots=True)
class EventPage:
    """Some events, and the token for those that follow; None where none do."""

    events: tuple[EpcisEvent, ...]
    next_token: str | None


@dataclass(frozen=True, slots=True)
class ValuePage:
    """Some values of a collection, and the token for those that follow; None where none do."""

    values: tuple[str, ...]
    next_token: str | None


def find_events(question: Question, *, token: str | None, per_page: int) -> EventPage:
    """A page of the events that are asked for. token: of the page before, None for the first.

    Raises InvalidParameterError for a token that none of our answers held.
    """
    column = EpcisEvent.event_at if question.order_by == "eventTime" else EpcisEvent.recorded_at
    at, number, told = _read_token(token) if token else (None, 0, 0)
    wanted = _wanted(question)
    if at is not None:
        wanted = wanted.where(_after(column, at, number, is_descending=question.is_descending))
    size = per_page
    if question.event_count_limit is not None:
        size = max(0, min(per_page, question.event_count_limit - told))
    order = (column.desc(), EpcisEvent.id.desc()) if question.is_descending else (column, EpcisEvent.id)
    rows = db.session.scalars(wanted.order_by(*order).limit(size + 1)).all() if size else []
    events = tuple(rows[:size])
    is_over = len(rows) <= size or told + size == question.event_count_limit
    if is_over:
        return EventPage(events, None)
    last = events[-1]
    value = last.event_at if question.order_by == "eventTime" else last.recorded_at
    return EventPage(events, _written([value.isoformat(), last.id, told + size]))


def get_event(name: str) -> EpcisEvent:
    """The event of that identity, or of that hash; one declared wrong with its declaration.

    Raises EpcisEventNotFoundError, for events that not everybody may read too.
    """
    hashed = _HASH.fullmatch(name)
    same = EpcisEvent.event_hash == hashed[1] if hashed else EpcisEvent.event_name == name
    row = db.session.scalar(
        select(EpcisEvent)
        .where(same, is_public())
        .order_by(EpcisEvent.is_error.desc(), EpcisEvent.id)
        .limit(1)
    )
    if row is None:
        raise EpcisEventNotFoundError(event_id=name[:80])
    return row


def list_values(collection: str, *, token: str | None, per_page: int) -> ValuePage:
    """A page of the values that events have: kinds, steps, places, or everything that they name.

    collection: one of `COLLECTIONS`. Words of the vocabulary are told short. What names a code of a stamp is left out.
    """
    if collection == EPCS:
        column: InstrumentedAttribute[Any] = EpcisIdentifier.name
        wanted = select(column).join(EpcisEvent, EpcisEvent.id == EpcisIdentifier.event_id)
        wanted = wanted.where(~_ends_in_code(EpcisIdentifier.name))
    else:
        column = _COLUMNS[collection]
        wanted = select(column).where(column.is_not(None))
    wanted = wanted.where(is_public()).distinct().order_by(column).limit(per_page + 1)
    if token:
        wanted = wanted.where(column > _read(token, str))
    rows = db.session.scalars(wanted).all()
    hidden = lots_of_codes(codes_in(rows))
    told = tuple(
        _short(collection, value) for value in rows[:per_page] if not codes_in(value) & hidden.keys()
    )
    return ValuePage(told, _written([rows[per_page - 1]]) if len(rows) > per_page else None)


def find_capture(producer_id: int, key: str) -> EpcisCapture | None:
    """A document that the producer handed in, by its name in addresses."""
    own = (EpcisCapture.producer_id == producer_id, EpcisCapture.key == key)
    return db.session.scalar(select(EpcisCapture).where(*own))


def list_captures(
    producer_id: int, *, token: str | None, per_page: int
) -> tuple[list[EpcisCapture], str | None]:
    """Documents that the producer handed in, the latest first, and the token for those before."""
    wanted = select(EpcisCapture).where(EpcisCapture.producer_id == producer_id)
    if token:
        number = _read(token, int)
        wanted = wanted.where(EpcisCapture.id < min(number, 2**31 - 1))
    rows = list(db.session.scalars(wanted.order_by(EpcisCapture.id.desc()).limit(per_page + 1)))
    return rows[:per_page], _written([rows[per_page - 1].id]) if len(rows) > per_page else None


def get_named_query(name: str) -> EpcisQuery:
    """The question that is kept under a name. Raises NamedQueryNotFoundError."""
    row = db.session.scalar(select(EpcisQuery).where(EpcisQuery.name == name)) if "\x00" not in name else None
    if row is None:
        raise NamedQueryNotFoundError(name=name[:60])
    return row


def list_named_queries(*, token: str | None, per_page: int) -> tuple[list[EpcisQuery], str | None]:
    """Questions that are kept, the oldest first, and the token for those that follow."""
    wanted = select(EpcisQuery).order_by(EpcisQuery.id).limit(per_page + 1)
    if token:
        wanted = wanted.where(EpcisQuery.id > min(_read(token, int), 2**31 - 1))
    rows = list(db.session.scalars(wanted))
    return rows[:per_page], _written([rows[per_page - 1].id]) if len(rows) > per_page else None


def is_public() -> ColumnElement[bool]:
    """SQL: whether everybody may read the event."""
    listed = exists().where(Product.id == EpcisEvent.product_id, Product.is_listed)
    return or_(
        EpcisEvent.lot_id.in_(public_lot_ids()),
        and_(EpcisEvent.lot_id.is_(None), listed),
    )


def _wanted(question: Question) -> Select[EpcisEvent]:
    conditions: list[ColumnElement[bool]] = [is_public()]
    for column, values in (
        (EpcisEvent.event_type, question.event_types),
        (EpcisEvent.action, question.actions),
        (EpcisEvent.biz_step, question.biz_steps),
        (EpcisEvent.disposition, question.dispositions),
        (EpcisEvent.read_point, question.read_points),
        (EpcisEvent.biz_location, question.biz_locations),
        (EpcisEvent.event_name, question.event_ids),
    ):
        if values:
            conditions.append(column.in_(values))
    for instant, earliest, before in (
        (EpcisEvent.event_at, question.happened_from, question.happened_before),
        (EpcisEvent.recorded_at, question.recorded_from, question.recorded_before),
    ):
        if earliest is not None:
            conditions.append(instant >= earliest)
        if before is not None:
            conditions.append(instant < before)
    if question.has_error is not None:
        conditions.append(EpcisEvent.is_error.is_(question.has_error))
    of_event = EpcisIdentifier.event_id == EpcisEvent.id
    for roles, names in question.names:
        named = EpcisIdentifier.role.in_(roles) & EpcisIdentifier.name.in_(names)
        conditions.append(exists().where(of_event, named))
    for comparison, number in question.quantities:
        compared = getattr(EpcisIdentifier.quantity, _COMPARISONS[comparison])(number)
        conditions.append(exists().where(of_event, compared))
    return select(EpcisEvent).where(*conditions)


def _ends_in_code(name: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """SQL: whether the name ends in the code of a stamp, however it is written (`stamp_codes.normalise`)."""
    plain = func.upper(name)
    for written, meant in (("-", ""), ("O", "0"), ("I", "1"), ("L", "1")):
        plain = func.replace(plain, written, meant)
    return exists().where(Stamp.code == func.substr(plain, func.length(plain) - CODE_LENGTH + 1, CODE_LENGTH))


def _after(
    column: InstrumentedAttribute[datetime], at: datetime, number: int, *, is_descending: bool
) -> ColumnElement[bool]:
    if is_descending:
        return or_(column < at, and_(column == at, EpcisEvent.id < number))
    return or_(column > at, and_(column == at, EpcisEvent.id > number))


def _short(collection: str, value: str) -> str:
    stem = {"bizSteps": WORD_STEMS["bizStep"], "dispositions": WORD_STEMS["disposition"]}.get(collection, "")
    return value.removeprefix(stem)


def _written(parts: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def _parts(token: str) -> list[Any]:
    try:
        padded = token + "=" * (-len(token) % 4)
        parts = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, binascii.Error, RecursionError):
        parts = None
    if len(token) > TOKEN_MAX * 3 or not isinstance(parts, list):
        raise InvalidParameterError(parameter="nextPageToken", value=token[:40], reason="value")
    return parts


def _read(token: str, kind: type[Any]) -> Any:
    parts = _parts(token)
    if len(parts) != 1 or type(parts[0]) is not kind or not _is_kept(parts[0]):
        raise InvalidParameterError(parameter="nextPageToken", value=token[:40], reason="value")
    return parts[0]


def _is_kept(value: Any) -> bool:
    """Whether a database could hold the value: a number from 0, text without NUL and without halves of characters."""
    if isinstance(value, int):
        return value >= 0
    return not any(char == "\x00" or "\ud800" <= char <= "\udfff" for char in value)


def _read_token(token: str) -> tuple[datetime, int, int]:
    match _parts(token):
        case [str(written), int(number), int(told)] if 0 <= number < ID_MAX and 0 <= told < ID_MAX:
            try:
                return datetime.fromisoformat(written).astimezone(UTC), number, told
            except (ValueError, OverflowError):
                pass
    raise InvalidParameterError(parameter="nextPageToken", value=token[:40], reason="value")
