"""What members of a producer may do. Source: issue of roles in docs/permissions.md; owner, editor, packer.

Who only assists may do what an owner agreed to, by name: «listings», «stock», «certificates» (docs/producers.md).
"""

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
    """Whether the person may create listings of the producer and prepare their changes."""
    return _works_on(actor, producer_id, WRITERS, "listings")


def can_publish_listings(actor: Actor, producer_id: int) -> bool:
    """Whether the person may change what the shop shows. Who only assists prepares, and a member takes over."""
    return any(
        team.producer_id == producer_id and team.role in WRITERS and not team.is_assisting
        for team in actor.teams
    )


def can_set_stock(actor: Actor, producer_id: int) -> bool:
    """Whether the person may say how much there is: packers count what they pack."""
    return _works_on(actor, producer_id, TEAM, "stock")


def can_claim_certificates(actor: Actor, producer_id: int) -> bool:
    """Whether the person may state in the producer's name which certificates it holds."""
    return _works_on(actor, producer_id, WRITERS, "certificates")


def can_do_at(actor: Actor, producer_id: int, path: str) -> bool:
    """Whether what is to be done at a path of the workspace («/products/3») is within what the person is there for.

    Members do what their role says, which is not asked here; who only assists does what was agreed to and no more.
    """
    if any(team.producer_id == producer_id and not team.is_assisting for team in actor.teams):
        return True
    may = {
        "products": can_edit_listings,
        "stock": can_set_stock,
        "certificates": can_claim_certificates,
        "renewals": can_claim_certificates,
    }.get(path.strip("/").partition("/")[0])
    return may is not None and may(actor, producer_id)


def can_manage_team(actor: Actor, producer_id: int) -> bool:
    """Whether the person may invite and dismiss members, sell or close: owners, and never someone who only assists."""
    return any(
        team.producer_id == producer_id and team.role == "owner" and not team.is_assisting
        for team in actor.teams
    )


def _works_on(actor: Actor, producer_id: int, roles: frozenset[str], scope: str) -> bool:
    return any(
        team.producer_id == producer_id and team.role in roles and team.works_on(scope)
        for team in actor.teams
    )
