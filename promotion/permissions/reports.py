"""Who may see reports over several producers, and who keeps points of sale."""

from accounts.actors import Actor

DECIDING = frozenset({"nation", "province"})


def can_see_area_report(actor: Actor) -> bool:
    """Whether the person may see figures of the producers of an area: officers of nation and provinces."""
    return any(post.level in DECIDING for post in actor.posts)


def can_see_market_report(actor: Actor) -> bool:
    """Whether the person may see figures of all producers."""
    return actor.is_administrator


def can_keep_points(actor: Actor) -> bool:
    """Whether the person may keep points of sale at all: administrators, officers of nation and provinces."""
    return actor.is_administrator or can_see_area_report(actor)


def can_keep_point_in(actor: Actor, province_code: str) -> bool:
    """Whether the person may keep points of sale of a province of today."""
    return actor.is_administrator or any(
        post.level in DECIDING and post.covers(province_code, None) for post in actor.posts
    )
