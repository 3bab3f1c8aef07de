"""Who may see to orders and payments of the whole market."""

from accounts.actors import Actor


def can_manage_payments(actor: Actor) -> bool:
    """Whether the person sees payments, refunds and notices of everybody: administrators."""
    return actor.is_administrator
