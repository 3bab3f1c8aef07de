"""Who may hold fairs, and who may act for a producer at one."""

from accounts.actors import Actor
from catalog.permissions.workspace import TEAM, WRITERS


def can_organise_fairs(actor: Actor) -> bool:
    """Whether the person may hold fairs: organisers their own, administrators all."""
    return actor.is_organiser or actor.is_administrator


def can_run_fair(actor: Actor, organiser_id: int) -> bool:
    """Whether the person may see and change a fair of that organiser."""
    return actor.is_administrator or (actor.is_organiser and actor.user_id == organiser_id)


def can_see_booths(actor: Actor, producer_id: int) -> bool:
    """Whether the person may see the producer's fairs: everybody of its team, whoever assists too."""
    return actor.role_at(producer_id) in TEAM


def can_join_fairs(actor: Actor, producer_id: int) -> bool:
    """Whether the person may register the producer, withdraw it, and say what its booth shows: owners and editors.

    Not who only assists: a booth costs money and is a promise.
    """
    return any(
        team.producer_id == producer_id and team.role in WRITERS and not team.is_assisting
        for team in actor.teams
    )
