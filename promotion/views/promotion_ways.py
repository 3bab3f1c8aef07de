"""Which pages of promotion the reader may open, for the ways shown in the office and to administrators."""

from accounts.access import find_actor
from catalog.permissions.office import can_enter_office
from promotion.permissions.campaigns import can_plan_sessions, can_run_campaigns
from promotion.permissions.fairs import can_organise_fairs
from promotion.permissions.reports import can_keep_points, can_see_area_report, can_see_market_report


def promotion_ways() -> tuple[tuple[str, str], ...]:
    """Names and addresses of the pages that would answer the reader, none for whoever is not signed in."""
    actor = find_actor()
    if actor is None:
        return ()
    ways = (
        ("fairs", "/organiser", can_organise_fairs(actor) and not can_run_campaigns(actor)),
        ("campaigns", "/office/campaigns", can_run_campaigns(actor)),
        ("collections", "/office/collections", can_run_campaigns(actor)),
        ("points", "/office/points", can_keep_points(actor)),
        ("report", "/office/promotion-report", can_see_area_report(actor)),
        (
            "report",
            "/admin/promotion-report",
            can_see_market_report(actor) and not can_see_area_report(actor),
        ),
        ("channels", "/office/channels", can_enter_office(actor)),
        ("sessions", "/run-sheets", can_plan_sessions(actor)),
    )
    return tuple((name, path) for name, path, may_open in ways if may_open)
