"""Price ladders: only ever added; a new one replaces what was said before from its own first day on."""

from datetime import datetime

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.models import Variant
from core.clock import vietnam_date
from core.db import db
from promotion.errors.trade import InvalidTradeError
from promotion.models.trade import PriceLadder, PriceStep
from promotion.price_ladders import LadderFacts, fault_of


def set_ladder(variant: Variant, facts: LadderFacts, *, by: Actor, now: datetime) -> PriceLadder:
    """Let a ladder count for a pack of a producer from its first day on.

    Raises InvalidTradeError (field «ladder», reason: a `LadderFault`); then nothing has changed.
    """
    fault = fault_of(facts, on=vietnam_date(now))
    if fault is not None:
        raise InvalidTradeError(field="ladder", reason=fault.value)
    producer_id = variant.product.producer_id
    if producer_id is None:
        raise InvalidTradeError(field="ladder", reason="no_producer")
    ladder = PriceLadder(
        producer_id=producer_id,
        variant_id=variant.id,
        minimum_quantity=facts.minimum_quantity,
        lead_days=facts.lead_days,
        month_capacity=facts.month_capacity,
        is_public=facts.is_public,
        valid_from_on=facts.valid_from_on,
        valid_to_on=facts.valid_to_on,
        made_by_id=by.user_id,
        made_at=now,
        steps=[PriceStep(from_quantity=step.from_quantity, price_vnd=step.price_vnd) for step in facts.steps],
    )
    db.session.add(ladder)
    db.session.flush()
    record_act(
        "promotion.set_price_ladder",
        by=by,
        subject=f"variant:{variant.id}",
        after={"steps": [[step.from_quantity, step.price_vnd] for step in facts.steps]},
        producer_id=producer_id,
        now=now,
    )
    return ladder
