"""What officers may do. Source: Decision 26/2026/QĐ-TTg, articles 5 to 8: provinces decide 3 and 4 stars, the
ministry 5; communes assist and report.
"""

from accounts.actors import Actor

DECIDING = frozenset({"nation", "province"})
FOUR_EYES_FROM_STARS = 4
"""From this rank on, and for every revocation, a second officer releases what a first one recorded."""


def can_enter_office(actor: Actor) -> bool:
    """Whether the person is an officer of any level."""
    return actor.is_officer


def can_decide(actor: Actor, province_code: str | None) -> bool:
    """Whether the person may decide about claims, certificates and listings of a province of today."""
    return any(post.level in DECIDING and post.covers(province_code, None) for post in actor.posts)


def can_recognise(actor: Actor, stars: int, province_code: str | None) -> bool:
    """Whether the person may record, release or revoke a recognition of `stars` in a province of today."""
    if stars == 5:
        return any(post.level == "nation" for post in actor.posts)
    return any(post.level == "province" and post.covers(province_code, None) for post in actor.posts)


def has_part(actor: Actor, *producer_ids: int | None) -> bool:
    """Whether the person works for one of these producers, in whatever role, or helps it with consent.

    Whoever does neither proposes nor decides what is about that producer: another officer does (docs/decisions/0026).
    """
    return any(team.producer_id in producer_ids for team in actor.teams)


def can_record_decisions(actor: Actor) -> bool:
    """Whether the person may record decisions at all: officers of provinces and of the nation, never of communes."""
    return any(post.level in DECIDING for post in actor.posts)


def can_release(actor: Actor, *, proposed_by_id: int, stars: int, province_code: str | None) -> bool:
    """Whether the person may release or return what another officer recorded; nobody releases what is their own."""
    return actor.user_id != proposed_by_id and can_recognise(actor, stars, province_code)


def can_read_audit(actor: Actor) -> bool:
    """Whether the person may read the trail at all: officers within their area, administrators all of it."""
    return actor.is_officer or actor.is_administrator
