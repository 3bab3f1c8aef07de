"""Who may run campaigns and featured collections, and plan live sessions. Source: docs/campaigns.md."""

from accounts.actors import Actor
from promotion.campaign_terms import OfficeLevel

DECIDING = frozenset({"nation", "province"})


def can_run_campaigns(actor: Actor) -> bool:
    """Whether the person may make campaigns and collections: administrators, officers of nation and provinces."""
    return actor.is_administrator or any(post.level in DECIDING for post in actor.posts)


def can_run_of_office(actor: Actor, level: str, province_code: str | None) -> bool:
    """Whether the person may change what that office made: administrators all, officers what is of their own post."""
    if actor.is_administrator:
        return True
    return level != OfficeLevel.MARKET and any(
        post.level == level and post.province_code == province_code for post in actor.posts
    )


def office_of(actor: Actor) -> tuple[OfficeLevel, str | None]:
    """For which office the person speaks: the market's as an administrator, else that of the highest post."""
    if actor.is_administrator:
        return OfficeLevel.MARKET, None
    if any(post.level == "nation" for post in actor.posts):
        return OfficeLevel.NATION, None
    code = next(post.province_code for post in actor.posts if post.level == "province")
    return OfficeLevel.PROVINCE, code


def can_plan_sessions(actor: Actor) -> bool:
    """Whether the person may plan live sessions of goods of several producers: organisers, officers, administrators."""
    return actor.is_organiser or actor.is_officer or actor.is_administrator


def can_plan_anywhere(actor: Actor) -> bool:
    """Whether the person may plan live sessions at all: for a producer it works for, or as `can_plan_sessions`."""
    return bool(actor.teams) or can_plan_sessions(actor)
