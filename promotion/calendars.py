"""Fairs as calendar files: the text of an iCalendar object. Pure: no database, no clock.

Source: RFC 5545 (iCalendar), whose sections stand beside each rule, and RFC 7986, 5.1 and 5.7 (name of a calendar and
how often to ask again).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from core.clock import VIETNAM

CONTENT_TYPE: Final = "text/calendar; charset=utf-8"
LINE_MAX_BYTES: Final = 75
"""Of a line, its end not counted. Source: RFC 5545, 3.1."""

ASK_AGAIN: Final = "PT6H"
"""How often a calendar that follows us asks for news."""

_PRODUCER: Final = "-//Chợ OCOP//Hội chợ 1.0//VI"
_END: Final = "\r\n"
# Vietnam has kept UTC+7 without daylight saving since 1975: one part says all of it. Source: RFC 5545, 3.6.5.
_ZONE_NAME: Final = "Asia/Ho_Chi_Minh"
_ZONE: Final = (
    "BEGIN:VTIMEZONE",
    f"TZID:{_ZONE_NAME}",
    "BEGIN:STANDARD",
    "DTSTART:19750613T000000",
    "TZOFFSETFROM:+0700",
    "TZOFFSETTO:+0700",
    "TZNAME:+07",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """Something that takes place.

    uid: the same for ever, and nobody else's. starts, ends: both dates in Vietnam, `ends` being the last day; or both
    datetimes with a zone, which are written as clock time in Vietnam. changed_at: when it was changed last, aware.
    revision: counts its changes from 0. categories: words that programs may group by.
    """

    uid: str
    title: str
    starts: date | datetime
    ends: date | datetime
    changed_at: datetime
    revision: int = 0
    is_cancelled: bool = False
    text: str = ""
    place: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()


def calendar_text(name: str, events: Sequence[CalendarEvent], url: str = "") -> str:
    """The calendar `name` with these events, lines ending in CR LF. url: where it can be fetched again."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCER}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        _text_line("NAME", name),
        _text_line("X-WR-CALNAME", name),
        f"X-WR-TIMEZONE:{_ZONE_NAME}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{ASK_AGAIN}",
        f"X-PUBLISHED-TTL:{ASK_AGAIN}",
    ]
    if url:
        lines += [f"SOURCE;VALUE=URI:{_address(url)}", f"URL:{_address(url)}"]
    lines += _ZONE
    for event in events:
        lines += _event_lines(event)
    lines.append("END:VCALENDAR")
    return "".join(part + _END for line in lines for part in folded(line))


def folded(line: str) -> Iterator[str]:
    """`line` in pieces of at most 75 bytes, each but the first begun by a space; no character is cut.

    Source: RFC 5545, 3.1, which lets a reader join the bytes before it reads the characters; many join characters.
    """
    piece, size = "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > LINE_MAX_BYTES:
            yield piece
            piece, size = " ", 1
        piece += sign
        size += width
    yield piece


def escaped(text: str) -> str:
    """`text` as a value of the type TEXT: line ends become «\\n», other control signs go. Source: RFC 5545, 3.3.11."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(sign for sign in text if sign == "\n" or (sign >= " " and sign != "\x7f"))
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _event_lines(event: CalendarEvent) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_address(event.uid)}"
    yield f"DTSTAMP:{_utc(event.changed_at)}"
    yield f"LAST-MODIFIED:{_utc(event.changed_at)}"
    yield f"SEQUENCE:{event.revision}"
    yield _moment("DTSTART", event.starts)
    yield _moment("DTEND", _end_of(event.ends))
    yield _text_line("SUMMARY", event.title)
    if event.text:
        yield _text_line("DESCRIPTION", event.text)
    if event.place:
        yield _text_line("LOCATION", event.place)
    if event.url:
        yield f"URL:{_address(event.url)}"
    if event.categories:
        yield "CATEGORIES:" + ",".join(map(escaped, event.categories))
    yield f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"  # nobody is busy because a fair is on
    yield "END:VEVENT"


def _text_line(name: str, text: str) -> str:
    return f"{name}:{escaped(text)}"


def _address(text: str) -> str:
    """A value that is no TEXT: nothing is escaped in it, and it must not bring lines of its own."""
    return "".join(sign for sign in text if sign > " " and sign != "\x7f")


def _moment(name: str, at: date | datetime) -> str:
    if isinstance(at, datetime):
        return f"{name};TZID={_ZONE_NAME}:{at.astimezone(VIETNAM):%Y%m%dT%H%M%S}"
    return f"{name};VALUE=DATE:{at:%Y%m%d}"


def _end_of(ends: date | datetime) -> date | datetime:
    """The end of an event is not part of it: for days it is the day after the last. Source: RFC 5545, 3.6.1."""
    return ends if isinstance(ends, datetime) else date.fromordinal(ends.toordinal() + 1)


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
