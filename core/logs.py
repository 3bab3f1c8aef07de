"""Logs: one line of JSON for each event, on standard error, in UTC, with the id of its request.

Lines carry ids and counts, never bodies, names or addresses of people. JSON escapes CR and LF, so that
nobody can forge a line. The standard library does it in a few microseconds; nothing more is needed.
"""

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final, TextIO

request_id: ContextVar[str] = ContextVar("request_id", default="")

_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "taskName",
    "color_message",
}
_encode: Final = json.JSONEncoder(ensure_ascii=False, default=str, separators=(",", ":")).encode


# Up to what follows the message of an error in a traceback; the detail may span lines itself.
_DETAIL: Final = re.compile(
    r"DETAIL:.*?(?=\n\[(?:SQL|parameters)|\n\(Background|\n\nThe above|\n\nDuring|\Z)", re.DOTALL
)


class JsonFormatter(logging.Formatter):
    """A record as one JSON object; what was passed as `extra` becomes its members."""

    def format(self, record: logging.LogRecord) -> str:
        return _encode(facts_of(record, self))


class TextFormatter(logging.Formatter):
    """A record for the eyes of a developer."""

    def format(self, record: logging.LogRecord) -> str:
        facts = facts_of(record, self)
        lead = f"{facts.pop('at')} {facts.pop('level'):7} {facts.pop('event')}"
        trace = facts.pop("traceback", "")
        # The encoder keeps CR and LF out of values; a traceback alone may span lines.
        told = " ".join(f"{name}={_encode(value)}" for name, value in facts.items())
        return "  ".join(part for part in (_encode(lead)[1:-1], told) if part) + (
            f"\n{trace}" if trace else ""
        )


def facts_of(record: logging.LogRecord, formatter: logging.Formatter) -> dict[str, Any]:
    """What a line says, in the order in which it says it."""
    at = datetime.fromtimestamp(record.created, UTC)
    facts: dict[str, Any] = {
        "at": at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z",
        "level": record.levelname.lower(),
        "event": record.getMessage(),
        "logger": record.name,
    }
    if of_request := request_id.get():
        facts["request_id"] = of_request
    facts |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
    if record.exc_info:
        facts["traceback"] = without_values(formatter.formatException(record.exc_info))
    return facts


def without_values(told: str) -> str:
    """`told` without what PostgreSQL adds about an error: «DETAIL:  Key (email)=(…)» holds what a person typed."""
    return _DETAIL.sub("DETAIL: left out", told)


def set_up_logs(level: str, form: str, stream: TextIO | None = None) -> None:
    """Send everything from `level` up to `stream` (default: standard error) as "json" or "text"."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    root = logging.getLogger()
    for old in [each for each in root.handlers if getattr(each, "is_ours", False)]:
        root.removeHandler(old)
    handler.is_ours = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    root.setLevel(level)
    logging.getLogger("alembic.runtime.plugins").setLevel(
        logging.WARNING
    )  # it tells of each of its own parts
