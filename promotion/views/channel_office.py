"""Other shelves as officers see them: how many products of each province are on each, and what keeps the others off."""

from flask import Response, make_response, render_template

from accounts.access import current_actor, needs
from catalog.permissions.office import can_enter_office
from catalog.views.office.home import area_words
from core import clock
from core.places import Vintage, find_province_by_code
from promotion.channel_rules import list_channels
from promotion.queries.channels import Fetches, list_fetches, list_last_runs, list_province_counts
from promotion.views.channel_words import REASONS


@needs(can_enter_office)
def channel_counts() -> Response:
    """Counts per shelf and province of the area, as of the last making of the files."""
    actor = current_actor()
    counts, runs = list_province_counts(actor), list_last_runs()
    fetches = list_fetches(0, clock.today())
    page = render_template(
        "promotion_office/channel_counts.html",
        shelves=[(each, counts[each.key], fetches.get(each.key, Fetches())) for each in list_channels()],
        runs=runs,
        made_at=max((run.made_at for run in runs), default=None),
        areas=area_words(actor),
        reasons=REASONS,
        province_name=_province_name,
    )
    return make_response(page)


def _province_name(code: str) -> str:
    province = find_province_by_code(code, Vintage.SINCE_2025_07) if code else None
    return province.short_name if province else ""
