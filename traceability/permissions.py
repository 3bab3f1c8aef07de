"""Who may do what about lots at a producer."""

from accounts.actors import Actor
from catalog.permissions.workspace import TEAM, WRITERS


def can_record_events(actor: Actor, producer_id: int) -> bool:
    """Whether the person may open lots and record what happens to them: everybody of the team, packers too.

    Not who only assists: what is recorded cannot be taken back, and whoever was not there cannot know.
    """
    return _works_as(actor, producer_id, TEAM)


def can_keep_areas(actor: Actor, producer_id: int) -> bool:
    """Whether the person may record areas, keep templates, and take photographs of events away."""
    return _works_as(actor, producer_id, WRITERS)


def _works_as(actor: Actor, producer_id: int, roles: frozenset[str]) -> bool:
    return any(
        team.producer_id == producer_id and team.role in roles and not team.is_assisting
        for team in actor.teams
    )
