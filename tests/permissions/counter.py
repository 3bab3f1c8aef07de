"""A telephone at our producer's booth, a sale of it that waits for a word, the count of a day, a receipt."""

from typing import Any

from accounts.queries.actors import get_actor
from core import clock
from core.db import db, transaction
from promotion.models.counter import BoothItem
from promotion.models.fairs import Participation
from promotion.operations.day_end import DayCount, close_day
from promotion.operations.devices import pair_device, refill_references


def counter_things(people: dict[str, Any], participation_id: Any) -> dict[str, str | int]:
    """What addresses call them."""
    owner, now = get_actor(people["owner"].id), clock.now()
    with transaction():
        booth = db.session.get_one(Participation, participation_id)
        device, _token, _before = pair_device(booth, name="Máy", by=owner, now=now)
        reference = refill_references(device, now=now)[0]
        item = BoothItem(
            id="33333333-3333-4333-8333-333333333333",
            participation_id=booth.id,
            device_id=device.id,
            kind="sale",
            payload={},
            outcome="conflict",
            told=[],
            happened_at=now,
            received_at=now,
        )
        db.session.add(item)
        count = DayCount(on=clock.today(), cash_counted_vnd=0, float_vnd=0, counts={}, note="")
        ended = close_day(booth, count, by=owner, now=now)
        return {
            "booth_device": device.id,
            "booth_item": item.id,
            "day_end": ended.id,
            "receipt_code": reference.code,
            "receipt_key": reference.receipt_key,
        }
