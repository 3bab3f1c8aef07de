"""Comparing our books with what Stripe says, after a backup was restored or the shop was away for long."""

from collections import Counter
from datetime import timedelta
from typing import Final

import click
from flask import current_app

from core import clock
from core.cli import trouble_told
from core.config import Settings
from core.db import transaction
from core.i18n import gettext
from orders.cli.group import payments
from orders.gateways.base import GatewayError
from orders.gateways.stripe_gateway import StripeGateway
from orders.operations.card_notices import take_event
from orders.stripe_events import DISPUTE_KINDS, REFUND_KINDS, SESSION_KINDS

DAYS_KEPT: Final = 30
"""Stripe lists events for so long. Source: its API reference, «List all events»."""


@payments.command("re-pull-stripe")
@click.option("--days", type=click.IntRange(1, DAYS_KEPT), default=DAYS_KEPT, show_default=True)
def re_pull_stripe(days: int) -> None:
    """Ask Stripe for everything that happened, and take what we do not know of; harmless when repeated."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.cards.is_on:
        raise click.ClickException(gettext("No cards are taken here: STRIPE_SECRET_KEY is not set."))
    since = clock.now() - timedelta(days=days)
    with trouble_told():
        try:
            told = list(StripeGateway(settings.cards).events_since(since))
        except GatewayError as error:
            raise click.ClickException(
                gettext("Stripe did not answer (%(reason)s). Nothing was changed.", reason=error.reason)
            ) from None
        counts: Counter[str] = Counter()
        wanted = SESSION_KINDS | REFUND_KINDS | DISPUTE_KINDS
        for event in reversed([each for each in told if each.kind in wanted]):
            with transaction():
                notice = take_event(event, is_live=settings.cards.is_live, now=clock.now())
                counts[notice.state if notice else "known"] += 1
    click.echo(
        gettext(
            "%(all)s notices: %(known)s known, %(applied)s applied, %(received)s being asked about, "
            "%(parked)s for a person.",
            all=counts.total(),
            known=counts["known"],
            applied=counts["applied"],
            received=counts["received"],
            parked=counts["parked"] + counts["failed"],
        )
    )
