"""The imitation of Stripe on a port of this machine, for the real library to speak with over HTTP."""

import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from flask.testing import FlaskClient
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse

from core import clock
from core.card_settings import CardSettings
from orders.gateways.fake_stripe.server import FakeStripe
from orders.gateways.fake_stripe.world import World
from orders.gateways.stripe_gateway import StripeGateway
from orders.stripe_signatures import sign

SECRET = "whsec_of_the_imitation_1"
OTHER_SECRET = "whsec_of_the_imitation_2"


class _Quiet(WSGIRequestHandler):
    def log(self, *_arguments: Any) -> None:
        """Nothing on the terminal."""


@dataclass
class StripeServer:
    """The running imitation. base: its address."""

    fake: FakeStripe
    base: str

    @property
    def world(self) -> World:
        return self.fake.world

    @property
    def settings(self) -> CardSettings:
        return CardSettings(
            stripe_secret_key="sk_test_imitation",
            stripe_webhook_secrets=(SECRET, OTHER_SECRET),
            stripe_api_base=self.base,
        )

    def gateway(self, *, timeout_seconds: float = 2.0, retries: int = 2) -> StripeGateway:
        return StripeGateway(self.settings, timeout_seconds=timeout_seconds, retries=retries)

    def letters(self, *kinds: str) -> list[bytes]:
        """Bodies of the notices so far, of `kinds` or of all."""
        return [raw for raw in self.world.letters if not kinds or json.loads(raw)["type"] in kinds]


@contextmanager
def stripe_server() -> Iterator[StripeServer]:
    """The imitation, listening while the block runs; the library waits for nothing between two tries."""
    import stripe

    fake = FakeStripe()
    server = make_server("127.0.0.1", 0, fake, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    fake.world.base = base
    at_once = {"INITIAL_DELAY": 0.0, "MAX_DELAY": 0.0}
    with patch.multiple(stripe.HTTPClient, **at_once):
        try:
            yield StripeServer(fake, base)
        finally:
            fake.faults.clear()
            server.shutdown()
            server.server_close()
            thread.join(5)


def send(client: FlaskClient, raw: bytes, *, secret: str = SECRET, at: Any = None) -> TestResponse:
    """Post a notice as Stripe does."""
    headers = {"Stripe-Signature": sign(raw, secret, at=at or clock.now())}
    return client.post("/webhooks/stripe", data=raw, headers=headers, content_type="application/json")


_numbers = itertools.count(1)


def changed(raw: bytes, *, new_id: bool = True, **of_object: Any) -> bytes:
    """The notice with other members of its object, by default under a name of its own."""
    told = json.loads(raw)
    told["data"]["object"] |= of_object
    if new_id:
        told["id"] = f"evt_changed_{next(_numbers)}"
    return json.dumps(told).encode()
