"""Who may do what about lots at a producer."""

from accounts.actors import Actor
from catalog.permissions.office import can_decide
from catalog.permissions.workspace import TEAM, WRITERS


def can_record_events(actor: Actor, producer_id: int) -> bool:
    """Whether the person may open lots and record what happens to them: everybody of the team, packers too.

    Not who only assists: what is recorded cannot be taken back, and whoever was not there cannot know.
    """
    return _works_as(actor, producer_id, TEAM)


def can_keep_areas(actor: Actor, producer_id: int) -> bool:
    """Whether the person may record areas, keep templates, and take photographs of events away."""
    return _works_as(actor, producer_id, WRITERS)


def can_recall(actor: Actor, producer_id: int) -> bool:
    """Whether the person may recall goods of the producer and close recalls: owners and editors."""
    return _works_as(actor, producer_id, WRITERS)


def can_see_recalls(actor: Actor) -> bool:
    """Whether the person may see recalls and doubts of others: officers of their area, administrators of all."""
    return actor.is_officer or actor.is_administrator


def can_recall_in(actor: Actor, province_code: str | None) -> bool:
    """Whether the person may recall goods made in a province of today, and decide whether codes were copied."""
    return actor.is_administrator or can_decide(actor, province_code)


def _works_as(actor: Actor, producer_id: int, roles: frozenset[str]) -> bool:
    return any(
        team.producer_id == producer_id and team.role in roles and not team.is_assisting
        for team in actor.teams
    )
