"""`flask fake-stripe`: the imitation of Stripe, to try payment by card out on one's own machine."""

from typing import Final

import click
from flask import current_app
from flask.cli import with_appcontext

from core.config import Settings

PORT: Final = 8420
HINT: Final = """Start the shop with these settings:
  STRIPE_SECRET_KEY=sk_test_demonstration
  STRIPE_WEBHOOK_SECRETS=whsec_demonstration_only
  STRIPE_API_BASE=http://127.0.0.1:{port}"""


@click.command("fake-stripe")
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True)
@click.option("--copies", type=click.IntRange(1, 9), default=1, help="How often each notice is sent.")
@click.option("--delay", type=click.FloatRange(0, 3600), default=0, help="Seconds before notices are sent.")
@click.option("--shuffle", is_flag=True, help="Send notices that wait together in any order.")
@with_appcontext
def fake_stripe(port: int, copies: int, delay: float, shuffle: bool) -> None:
    """Imitate Stripe on this machine: a page to pay on, refunds, notices. Needs the settings of cards."""
    settings: Settings = current_app.extensions["settings"]
    if settings.is_production:
        raise click.ClickException("An imitation of Stripe has no place in production.")
    if settings.cards.stripe_api_base != f"http://127.0.0.1:{port}":
        raise click.ClickException(HINT.format(port=port))
    from werkzeug.serving import make_server

    from orders.gateways.fake_stripe.letters import Postman
    from orders.gateways.fake_stripe.server import FakeStripe
    from orders.gateways.fake_stripe.world import World

    postman = Postman(
        url=f"{settings.public_base_url}/webhooks/stripe",
        secret=settings.cards.stripe_webhook_secrets[0],
        copies=copies,
        delay_seconds=delay,
        is_shuffling=shuffle,
    )
    world = World(f"http://127.0.0.1:{port}")
    world.listeners.append(postman.take)
    postman.begin()
    click.echo(f"Imitating Stripe at {world.base}; notices go to {postman.url}. Ctrl-C ends it.")
    make_server("127.0.0.1", port, FakeStripe(world), threaded=True).serve_forever()
