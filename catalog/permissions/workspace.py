"""What members of a producer may do. Source: issue of roles in docs/permissions.md; owner, editor, packer."""

from accounts.actors import Actor

TEAM = frozenset({"owner", "editor", "packer"})
WRITERS = frozenset({"owner", "editor"})


def can_enter_workspace(actor: Actor) -> bool:
    """Whether the person is a member of any producer."""
    return bool(actor.teams)


def can_see_producer(actor: Actor, producer_id: int) -> bool:
    """Whether the person works for the producer, in whatever role."""
    return actor.role_at(producer_id) in TEAM


def can_edit_listings(actor: Actor, producer_id: int) -> bool:
    """Whether the person may create, change and publish listings of the producer."""
    return actor.role_at(producer_id) in WRITERS


def can_publish_listings(actor: Actor, producer_id: int) -> bool:
    """Whether the person may change what the shop shows. Who only assists prepares, and a member takes over."""
    return any(
        team.producer_id == producer_id and team.role in WRITERS and not team.is_assisting
        for team in actor.teams
    )


def can_set_stock(actor: Actor, producer_id: int) -> bool:
    """Whether the person may say how much there is: packers count what they pack."""
    return actor.role_at(producer_id) in TEAM


def can_manage_team(actor: Actor, producer_id: int) -> bool:
    """Whether the person may invite and dismiss members, sell or close: owners, and never someone who only assists."""
    return any(
        team.producer_id == producer_id and team.role == "owner" and not team.is_assisting
        for team in actor.teams
    )
