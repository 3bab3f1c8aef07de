"""Calendar files, line by line, and read back by rules written down from the standard."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from promotion.calendars import LINE_MAX_BYTES, CalendarEvent, calendar_text, escaped, folded
from promotion.fair_terms import AHEAD_MAX, WhatFacts, faults_of

CHANGED_AT = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)


def event(**facts: object) -> CalendarEvent:
    whole: dict[str, object] = {
        "uid": "fair-7@market.test",
        "title": "Hội chợ OCOP",
        "starts": date(2026, 11, 27),
        "ends": date(2026, 12, 1),
        "changed_at": CHANGED_AT,
    }
    return CalendarEvent(**{**whole, **facts})  # type: ignore[arg-type]


def read(text: str) -> list[dict[str, str]]:
    """The events of a calendar, name to value. Source: RFC 5545, 3.1 (unfolding) and 3.3.11 (escapes)."""
    events: list[dict[str, str]] = []
    inside = False
    for line in text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n"):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            inside = True
            events.append({})
        elif line == "END:VEVENT":
            inside = False
        elif inside:
            events[-1][name] = unescaped(value) if name in {"SUMMARY", "DESCRIPTION", "LOCATION"} else value
    return events


def unescaped(value: str) -> str:
    text, rest = "", iter(value)
    for sign in rest:
        if sign != "\\":
            text += sign
            continue
        follower = next(rest)
        text += "\n" if follower in "nN" else follower
    return text


def test_a_fair_of_days_ends_on_the_day_after_its_last() -> None:
    text = calendar_text("Hội chợ", [event(revision=2, url="https://market.test/fairs/tet")])

    lines = text.split("\r\n")
    start = lines.index("BEGIN:VEVENT")
    assert lines[start : lines.index("END:VEVENT") + 1] == [
        "BEGIN:VEVENT",
        "UID:fair-7@market.test",
        "DTSTAMP:20261120T030405Z",
        "LAST-MODIFIED:20261120T030405Z",
        "SEQUENCE:2",
        "DTSTART;VALUE=DATE:20261127",
        "DTEND;VALUE=DATE:20261202",
        "SUMMARY:Hội chợ OCOP",
        "URL:https://market.test/fairs/tet",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Chợ OCOP//Hội chợ 1.0//VI"]
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "\n" not in text.replace("\r\n", "")


def test_a_part_of_the_programme_is_written_in_the_time_of_vietnam_with_its_zone() -> None:
    starts, ends = datetime(2026, 11, 27, 19, 30, tzinfo=UTC), datetime(2026, 11, 27, 20, tzinfo=UTC)

    text = calendar_text("Hội chợ", [event(starts=starts, ends=ends)])

    assert "DTSTART;TZID=Asia/Ho_Chi_Minh:20261128T023000\r\n" in text
    assert "DTEND;TZID=Asia/Ho_Chi_Minh:20261128T030000\r\n" in text
    assert text.count("BEGIN:VTIMEZONE\r\nTZID:Asia/Ho_Chi_Minh\r\n") == 1


def test_a_cancelled_fair_stays_in_the_calendar_and_says_so() -> None:
    assert read(calendar_text("", [event(is_cancelled=True)]))[0]["STATUS"] == "CANCELLED"


def test_an_empty_calendar_is_one_too() -> None:
    text = calendar_text("Hội chợ", [])

    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:STANDARD\r\nEND:VTIMEZONE\r\nEND:VCALENDAR\r\n")


def test_signs_of_the_format_in_a_text_are_escaped() -> None:
    assert escaped("a;b,c\\d\r\ne\nf\x00\x1b\tg") == "a\\;b\\,c\\\\d\\ne\\nfg"


def test_nothing_in_a_text_makes_a_line_of_its_own() -> None:
    hostile = "Chợ\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:khác"

    found = read(calendar_text(hostile, [event(title=hostile, place=hostile, text=hostile, url=hostile)]))

    assert len(found) == 1
    assert found[0]["SUMMARY"] == hostile.replace("\r\n", "\n")
    assert found[0]["URL"] == hostile.replace("\r\n", "")


def test_a_long_line_is_folded_between_characters() -> None:
    line = "SUMMARY:" + "Ẫ" * 60

    pieces = list(folded(line))

    # 8 bytes and 22 characters of 3 bytes are 74; after the space there is room for 24.
    assert [len(piece.encode()) for piece in pieces] == [74, 73, 43]
    assert all(piece.startswith(" ") for piece in pieces[1:])


@settings(max_examples=100, deadline=None)
@given(
    title=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200),
    text=st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=300),
)
def test_every_text_comes_back_as_it_was(title: str, text: str) -> None:
    written = calendar_text("Hội chợ", [event(title=title, text=text)])

    found = read(written)[0]

    assert (found["SUMMARY"], found.get("DESCRIPTION", "")) == (title, text)
    assert all(len(line.encode()) <= LINE_MAX_BYTES for line in written.split("\r\n"))


def test_days_of_a_fair_are_far_enough_from_the_ends_of_the_calendar():
    today = date(2026, 11, 22)

    def faults(starts_on: date, ends_on: date) -> dict[str, str]:
        what = WhatFacts(
            kind="fair",
            name="Hội chợ",
            name_en=None,
            starts_on=starts_on,
            ends_on=ends_on,
            hours="08:00-21:00",
            register_until_on=starts_on,
        )
        return faults_of(what, today)

    last = today + AHEAD_MAX
    assert faults(last, last) == {}
    assert faults(last, last + timedelta(days=1)) == {"ends_on": "far"}
    assert faults(date.max, date.max) == {"ends_on": "far"}
    assert faults(date.min, today)["starts_on"] == "far"
