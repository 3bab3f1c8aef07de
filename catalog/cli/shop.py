"""Prices, stock and inquiries."""

import click

from catalog.cli.group import cli, speaks
from catalog.operations.listings import change_listing
from catalog.operations.stock import set_variant_stock
from catalog.queries.records import get_product, get_variant, list_inquiries
from core import clock
from core.clock import VIETNAM
from core.db import transaction
from core.i18n import format_date, format_number, format_time, gettext


@cli.command("set-price")
@click.argument("slug")
@click.argument("price_vnd", type=int)
@click.option("--pack", help="Label of the pack, where the product has several.")
@speaks
def set_price(slug: str, price_vnd: int, *, pack: str | None) -> None:
    """Give a pack of the product SLUG a new price in whole đồng."""
    with transaction():
        product = get_product(slug)
        variant = get_variant(product, pack)
        change_listing(
            product, {"variants": {variant.id: {"price_vnd": price_vnd}}}, by=None, now=clock.now()
        )
        label = variant.label
    click.echo(gettext("%(pack)s: %(price)s đồng", pack=label, price=format_number(price_vnd)))


@cli.command("set-stock")
@click.argument("slug")
@click.argument("on_hand", type=int)
@click.option("--pack", help="Label of the pack, where the product has several.")
@speaks
def set_stock_command(slug: str, on_hand: int, *, pack: str | None) -> None:
    """Say how many packs of the product SLUG are there."""
    with transaction():
        variant = get_variant(get_product(slug), pack)
        set_variant_stock(variant, on_hand, by=None, now=clock.now())
        label = variant.label
    click.echo(gettext("%(pack)s: %(count)s in stock", pack=label, count=format_number(on_hand)))


@cli.command("inquiries")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@speaks
def inquiries(limit: int) -> None:
    """The latest inquiries of visitors, the newest first."""
    found = list_inquiries(limit)
    if not found:
        click.echo(gettext("No inquiries."))
    for inquiry in found:
        day = inquiry.created_at.astimezone(VIETNAM).date()
        click.echo(
            f"{inquiry.id} · {format_date(day)} {format_time(inquiry.created_at)} · {inquiry.product.name}"
        )
        click.echo(f"  {inquiry.name} · {inquiry.phone}")
        for line in inquiry.message.splitlines():
            click.echo(f"  {line}")
