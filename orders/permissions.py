"""Who may see to orders and payments: of the whole market, or of one producer.

Whoever only assists a producer sees none of its orders: buyers' addresses stand there.
"""

from accounts.actors import Actor

TEAM = frozenset({"owner", "editor", "packer"})
DECIDERS = frozenset({"owner", "editor"})


def can_manage_payments(actor: Actor) -> bool:
    """Whether the person sees payments, refunds and notices of everybody: administrators."""
    return actor.is_administrator


def can_manage_promotions(actor: Actor) -> bool:
    """Whether the person may make vouchers and hampers that the platform pays for: administrators."""
    return actor.is_administrator


def can_manage_delivery(actor: Actor) -> bool:
    """Whether the person may set the market's fees of delivery and its points of collection: administrators."""
    return actor.is_administrator


def can_enter_order_desk(actor: Actor) -> bool:
    """Whether the person handles orders of any producer."""
    return any(not team.is_assisting for team in actor.teams)


def can_handle_orders(actor: Actor, producer_id: int) -> bool:
    """Whether the person may see orders of the producer, confirm, pack and hand over, and note what became of them."""
    return _works_at(actor, producer_id, TEAM)


def can_cancel_orders(actor: Actor, producer_id: int) -> bool:
    """Whether the person may cancel orders or lines of them, so that money goes back."""
    return _works_at(actor, producer_id, DECIDERS)


def _works_at(actor: Actor, producer_id: int, roles: frozenset[str]) -> bool:
    return any(
        team.producer_id == producer_id and team.role in roles and not team.is_assisting
        for team in actor.teams
    )
