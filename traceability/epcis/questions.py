"""What is asked of events: the parameters of a query, checked, with words and names in full.

Source: EPCIS 2.0, 8.2.7 (SimpleEventQuery) and 12 (REST binding). Those of its parameters are known
that `_RULES` names.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from catalog.errors import InvalidParameterError
from traceability.epcis.event_hash import utc_instant
from traceability.epcis.facets import CLASS_ROLES, EPC_ROLES, canonical_name
from traceability.epcis.rules import EVENT_TYPES
from traceability.epcis.terms import PREFIXES, full_word

PER_PAGE: Final = 30
PER_PAGE_MAX: Final = 100
COUNT_MAX: Final = 100_000
VALUES_MAX: Final = 50
VALUE_CHARS: Final = 400
SHOWN_CHARS: Final = 40
ACTIONS: Final = ("OBSERVE", "ADD", "DELETE")
ORDERS: Final = ("eventTime", "recordTime")
DIRECTIONS: Final = ("ASC", "DESC")
ALL_ROLES: Final = EPC_ROLES + CLASS_ROLES
_BETWEEN: Final = re.compile(r",(?=[A-Za-z][A-Za-z0-9_+.-]*(?:[:,]|$))")
"""A comma between two values: one within an address («geo:10.2,106.3») is followed by a digit."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query. Empty: everything. names: pairs of roles and names, of which one of each pair must be in the event.

    quantities: pairs of a comparison («ge») and a number. has_error: only events declared wrong, or only others.
    event_count_limit: no more than so many altogether.
    """

    event_types: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    biz_steps: tuple[str, ...] = ()
    dispositions: tuple[str, ...] = ()
    read_points: tuple[str, ...] = ()
    biz_locations: tuple[str, ...] = ()
    event_ids: tuple[str, ...] = ()
    names: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    quantities: tuple[tuple[str, float], ...] = ()
    happened_from: datetime | None = None
    happened_before: datetime | None = None
    recorded_from: datetime | None = None
    recorded_before: datetime | None = None
    has_error: bool | None = None
    order_by: str = "eventTime"
    is_descending: bool = True
    event_count_limit: int | None = None

    def naming(self, roles: tuple[str, ...], names: tuple[str, ...]) -> "Question":
        """The same, of events that name one of `names` in one of `roles`."""
        return replace(self, names=(*self.names, (roles, names)))

    def within(self, collection: str, value: str) -> "Question":
        """The same, of events under one value of a collection: «bizSteps», «packing»."""
        match collection:
            case "eventTypes":
                return replace(self, event_types=(value,))
            case "bizSteps":
                return replace(self, biz_steps=(full_word("bizStep", value, PREFIXES),))
            case "dispositions":
                return replace(self, dispositions=(full_word("disposition", value, PREFIXES),))
            case "readPoints":
                return replace(self, read_points=(canonical_name(value),))
            case "bizLocations":
                return replace(self, biz_locations=(canonical_name(value),))
            case _:
                return self.naming(ALL_ROLES, (canonical_name(value),))


Rule = Callable[[Question, str, Sequence[str]], Question]


def read_question(parameters: Mapping[str, Sequence[str]]) -> Question:
    """The query that parameters of an address ask. Raises InvalidParameterError (parameter, value, reason)."""
    question = Question()
    for name, values in parameters.items():
        rule = _RULES.get(name)
        if rule is None:
            _refuse(name[:SHOWN_CHARS], "", "unknown_parameter", allowed=tuple(_RULES))
        if any(len(value) > VALUE_CHARS * VALUES_MAX for value in values):
            _refuse(name, "", "too_long", most=VALUE_CHARS)
        question = rule(question, name, values)
    return question


def read_query(query: Mapping[str, Any]) -> Question:
    """The query that a JSON object asks, as named queries are stored. Raises InvalidParameterError."""
    parameters: dict[str, list[str]] = {}
    for name, value in query.items():
        if name == "@context":
            continue
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(each, str | int | float) for each in items):
            _refuse(str(name)[:SHOWN_CHARS], "", "value")
        parameters[name] = [str(each).lower() if isinstance(each, bool) else str(each) for each in items]
    return read_question(parameters)


def one_number(name: str, values: Sequence[str], most: int) -> int:
    """A whole number from 1 to `most`, given once. Raises InvalidParameterError."""
    value = _one(name, values)
    if not value.isascii() or not value.isdigit():
        _refuse(name, value, "not_a_number")
    if len(value) > 9 or not 1 <= int(value) <= most:
        _refuse(name, value, "out_of_range", most=most)
    return int(value)


def _refuse(name: str, value: str, reason: str, **facts: Any) -> NoReturn:
    raise InvalidParameterError(parameter=name, value=value[:SHOWN_CHARS], reason=reason, **facts)


def _with(question: Question, field: str, value: Any) -> Question:
    return replace(question, **{field: value})


def _one(name: str, values: Sequence[str]) -> str:
    if len(values) != 1:
        _refuse(name, "", "repeated")
    return values[0]


def _many(name: str, values: Sequence[str]) -> tuple[str, ...]:
    found = tuple(
        dict.fromkeys(part.strip() for value in values for part in _BETWEEN.split(value) if part.strip())
    )
    if not found:
        _refuse(name, "", "value")
    if len(found) > VALUES_MAX:
        _refuse(name, "", "too_many", most=VALUES_MAX)
    for value in found:
        if len(value) > VALUE_CHARS or not value.isprintable():
            _refuse(name, "", "too_long", most=VALUE_CHARS)
    return found


def _choices(field: str, allowed: Sequence[str]) -> Rule:
    def rule(question: Question, name: str, values: Sequence[str]) -> Question:
        found = _many(name, values)
        for value in found:
            if value not in allowed:
                _refuse(name, value, "value", allowed=tuple(allowed))
        return _with(question, field, found)

    return rule


def _words(field: str, kind: str) -> Rule:
    return lambda question, name, values: _with(
        question, field, tuple(full_word(kind, value, PREFIXES) for value in _many(name, values))
    )


def _named(field: str) -> Rule:
    return lambda question, name, values: _with(
        question, field, tuple(canonical_name(value) for value in _many(name, values))
    )


def _match(*roles: str) -> Rule:
    def rule(question: Question, name: str, values: Sequence[str]) -> Question:
        wanted = tuple(canonical_name(value) for value in _many(name, values))
        return question.naming(roles, wanted)

    return rule


def _instant(field: str) -> Rule:
    def rule(question: Question, name: str, values: Sequence[str]) -> Question:
        # In an address «+07:00» comes as a space, unless the sender wrote it as %2B.
        value = _one(name, values).replace(" ", "+")
        try:
            at = datetime.fromisoformat(utc_instant(value)).astimezone(UTC)
        except (ValueError, OverflowError):
            _refuse(name, value, "value")
        return _with(question, field, at)

    return rule


def _quantity(comparison: str) -> Rule:
    def rule(question: Question, name: str, values: Sequence[str]) -> Question:
        value = _one(name, values)
        if not re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", value, re.ASCII):
            _refuse(name, value, "value")
        return replace(question, quantities=(*question.quantities, (comparison, float(value))))

    return rule


def _error(question: Question, name: str, values: Sequence[str]) -> Question:
    value = _one(name, values)
    if value not in ("", "true", "false"):
        _refuse(name, value, "value", allowed=("true", "false"))
    return replace(question, has_error=value != "false")


def _order(question: Question, name: str, values: Sequence[str]) -> Question:
    value = _one(name, values)
    if value not in ORDERS:
        _refuse(name, value, "value", allowed=ORDERS)
    return replace(question, order_by=value)


def _direction(question: Question, name: str, values: Sequence[str]) -> Question:
    value = _one(name, values)
    if value not in DIRECTIONS:
        _refuse(name, value, "value", allowed=DIRECTIONS)
    return replace(question, is_descending=value == "DESC")


def _limit(question: Question, name: str, values: Sequence[str]) -> Question:
    return replace(question, event_count_limit=one_number(name, values, COUNT_MAX))


_RULES: Final[Mapping[str, Rule]] = {
    "eventType": _choices("event_types", sorted(EVENT_TYPES)),
    "EQ_action": _choices("actions", ACTIONS),
    "EQ_bizStep": _words("biz_steps", "bizStep"),
    "EQ_disposition": _words("dispositions", "disposition"),
    "EQ_readPoint": _named("read_points"),
    "EQ_bizLocation": _named("biz_locations"),
    "EQ_eventID": lambda question, name, values: replace(question, event_ids=_many(name, values)),
    "MATCH_epc": _match("epcList", "childEPCs"),
    "MATCH_parentID": _match("parentID"),
    "MATCH_inputEPC": _match("inputEPCList"),
    "MATCH_outputEPC": _match("outputEPCList"),
    "MATCH_anyEPC": _match(*EPC_ROLES),
    "MATCH_epcClass": _match("quantityList", "childQuantityList"),
    "MATCH_inputEPCClass": _match("inputQuantityList"),
    "MATCH_outputEPCClass": _match("outputQuantityList"),
    "MATCH_anyEPCClass": _match(*CLASS_ROLES),
    **{
        f"{comparison.upper()}_quantity": _quantity(comparison)
        for comparison in ("eq", "gt", "ge", "lt", "le")
    },
    "GE_eventTime": _instant("happened_from"),
    "LT_eventTime": _instant("happened_before"),
    "GE_recordTime": _instant("recorded_from"),
    "LT_recordTime": _instant("recorded_before"),
    "EXISTS_errorDeclaration": _error,
    "orderBy": _order,
    "orderDirection": _direction,
    "eventCountLimit": _limit,
}
PARAMETERS: Final = tuple(_RULES)
