"""Fairs for calendars: all that come, and one with its programme."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from flask import Response

from core import clock
from core.i18n import current_language, gettext
from core.pages import cached_page
from core.web.access import public
from promotion.calendars import CONTENT_TYPE, CalendarEvent, calendar_text
from promotion.models.fairs import Fair
from promotion.queries.fair_views import SessionView
from promotion.queries.public_fairs import (
    get_fair_head,
    get_public_fair,
    list_calendar_fairs,
    province_of,
    public_fairs_version,
)
from storefront import labels
from storefront.views.frame import absolute_url

FAIRS_MOST: Final = 200
"""In the calendar of all fairs: the next ones."""


@public
def fairs_calendar() -> Response:
    """Every published fair that runs or comes, one entry each."""
    return cached_page(("fairs.ics",), public_fairs_version(), _all_fairs, CONTENT_TYPE)


@public
def fair_calendar(slug: str) -> Response:
    """One fair and the points of its programme."""
    head = get_fair_head(slug)
    return cached_page(("fair.ics", slug), head.revision, lambda: _one_fair(slug), CONTENT_TYPE)


def _all_fairs() -> str:
    events = [_fair_event(fair) for fair in list_calendar_fairs(clock.today(), FAIRS_MOST)]
    return calendar_text(gettext("OCOP fairs"), events, absolute_url("/fairs.ics"))


def _one_fair(slug: str) -> str:
    page = get_public_fair(slug, clock.today())
    events = [_fair_event(page.fair), *_programme_events(page.fair, page.programme)]
    return calendar_text(_name(page.fair.name, page.fair.name_en), events, absolute_url(f"/fairs/{slug}.ics"))


def _fair_event(fair: Fair) -> CalendarEvent:
    summary = (fair.summary_en if current_language() == "en" else None) or fair.summary
    hours = gettext("Open daily %(hours)s.", hours=fair.hours.replace("-", "–"))
    return CalendarEvent(
        uid=_uid("fair", fair.id),
        title=_name(fair.name, fair.name_en),
        starts=fair.starts_on,
        ends=fair.ends_on,
        changed_at=_changed_at(fair),
        revision=fair.revision,
        is_cancelled=fair.is_cancelled,
        text="\n\n".join(part for part in (summary, hours) if part),
        place=_place(fair),
        url=absolute_url(f"/fairs/{fair.slug}"),
        categories=("OCOP", labels.label_of(labels.FAIR_KINDS, fair.kind)),
    )


def _programme_events(fair: Fair, programme: tuple[SessionView, ...]) -> Iterator[CalendarEvent]:
    for point in programme:
        booth = gettext("Booth %(code)s", code=point.booth_code) if point.booth_code else ""
        yield CalendarEvent(
            uid=_uid("fair-session", point.id),
            title=_name(point.title, point.title_en),
            starts=point.starts_at,
            ends=point.ends_at,
            changed_at=_changed_at(fair),
            revision=fair.revision,
            is_cancelled=fair.is_cancelled,
            text=_name(fair.name, fair.name_en),
            place=", ".join(part for part in (booth, _place(fair)) if part),
            url=absolute_url(f"/fairs/{fair.slug}"),
        )


def _name(name: str, name_en: str | None) -> str:
    return (name_en if current_language() == "en" else None) or name


def _place(fair: Fair) -> str:
    province = province_of(fair.province_code)
    parts = (fair.venue, fair.address, province.short_name if province else None)
    return ", ".join(part for part in parts if part)


def _changed_at(fair: Fair) -> datetime:
    return fair.changed_at or fair.published_at or fair.created_at


def _uid(kind: str, number: int) -> str:
    """The same in every language and for ever: the entry of a calendar follows its fair."""
    return f"{kind}-{number}@{urlsplit(absolute_url('/')).hostname}"
