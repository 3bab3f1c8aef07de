"""Feeds of the shop and the key of a producer's own."""

from typing import Any

from accounts.queries.actors import get_actor
from core import clock
from core.db import transaction
from promotion.jobs.channels import make_feeds
from promotion.operations.channels import renew_feed_key


def channel_things(ours: Any, people: dict[str, Any]) -> dict[str, object]:
    """What addresses call them."""
    make_feeds()
    owner = get_actor(people["owner"].id)
    with transaction():
        return {"feed_key": renew_feed_key(ours.id, by=owner, now=clock.now()).key}
