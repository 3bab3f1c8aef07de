"""How pages of fairs are kept: until the catalogue, the fair or its standing by the clock changes, or the day ends."""

from collections.abc import Callable, Hashable
from typing import Any

from flask import Response

from catalog.queries.columns import get_columns
from core import clock
from promotion.fair_terms import Phase, phase_at
from promotion.queries.public_fairs import public_fairs_version
from storefront.views.frame import page_of_version


def page_of_fairs(name: tuple[Hashable, ...], render: Callable[[], str], query: str = "") -> Response:
    """A page that shows several fairs, and nothing of goods."""
    return page_of_version(public_fairs_version(), name, render, query)


def page_of_fair(
    head: Any, name: tuple[Hashable, ...], render: Callable[[Phase], str], query: str = ""
) -> Response:
    """A page of one fair and of goods there. head: of `get_fair_head`."""
    phase = phase_of(head)
    version = (get_columns().seq, head.revision, phase)
    return page_of_version(version, ("fair", head.slug, *name), lambda: render(phase), query)


def phase_of(head: Any) -> Phase:
    """How the fair stands now. head: anything with its days, hours and cancelled_at."""
    local = clock.now().astimezone(clock.VIETNAM)
    is_cancelled = head.cancelled_at is not None
    return phase_at(head.starts_on, head.ends_on, head.hours, local, is_cancelled=is_cancelled)
