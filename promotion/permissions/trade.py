"""Who may trade for a producer, and who may verify trade buyers. Source: docs/trade.md.

Whoever only assists a producer sees none of it: buyers' names and prices stand there.
"""

from accounts.actors import Actor

TEAM = frozenset({"owner", "editor", "packer"})
WRITERS = frozenset({"owner", "editor"})
DECIDING = frozenset({"nation", "province"})


def can_enter_trade_desk(actor: Actor) -> bool:
    """Whether the person works for any producer."""
    return any(not team.is_assisting for team in actor.teams)


def can_see_pipeline(actor: Actor, producer_id: int) -> bool:
    """Whether the person may see which requests there are; packers see no prices."""
    return _works_at(actor, producer_id, TEAM)


def can_trade(actor: Actor, producer_id: int) -> bool:
    """Whether the person may set price ladders, send quotations and offer meetings for the producer."""
    return _works_at(actor, producer_id, WRITERS)


def can_verify_buyers(actor: Actor) -> bool:
    """Whether the person may verify trade buyers at all: administrators, officers of nation and provinces."""
    return actor.is_administrator or any(post.level in DECIDING for post in actor.posts)


def can_verify_buyer(actor: Actor, province_code: str) -> bool:
    """Whether the person may verify a trade buyer of a province of today."""
    return actor.is_administrator or any(
        post.level in DECIDING and post.covers(province_code, None) for post in actor.posts
    )


def _works_at(actor: Actor, producer_id: int, roles: frozenset[str]) -> bool:
    return any(
        team.producer_id == producer_id and team.role in roles and not team.is_assisting
        for team in actor.teams
    )
