"""Who may see and move money."""

from accounts.actors import Actor

READERS = frozenset({"owner", "editor"})


def can_keep_books(actor: Actor) -> bool:
    """Whether the person may see the ledger, make and check payouts, and enter rules: administrators."""
    return actor.is_administrator


def can_see_money(actor: Actor, producer_id: int) -> bool:
    """Whether the person may read the statements of a producer: owners and editors, and nobody who only assists."""
    return any(
        team.producer_id == producer_id and team.role in READERS and not team.is_assisting
        for team in actor.teams
    )


def can_change_account(actor: Actor, producer_id: int) -> bool:
    """Whether the person may say where a producer's money goes: owners, and never someone who only assists."""
    return any(
        team.producer_id == producer_id and team.role == "owner" and not team.is_assisting
        for team in actor.teams
    )
