"""Links to a producer's stalls on other platforms."""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.operations.changes import ALL_PAGES, note_changes
from core.db import db
from promotion.errors.points import InvalidStallError
from promotion.models.points import Stall
from promotion.models.reach import ShortLink, SourceKind
from promotion.operations.links import make_link
from promotion.stall_links import HOSTS, stall_address

STALLS_MAX: Final = 20


def add_stall(producer_id: int, platform: str, typed: str, *, by: Actor, now: datetime) -> Stall:
    """Show a stall on the producer's page; one that is shown already is found.

    Raises InvalidStallError (`reason`: platform, address, or too_many). Nothing has changed then.
    """
    if platform not in HOSTS:
        raise InvalidStallError(reason="platform")
    address = stall_address(platform, typed)
    if address is None:
        raise InvalidStallError(reason="address")
    live = (Stall.producer_id == producer_id, Stall.ended_at.is_(None))
    known = db.session.scalar(select(Stall).where(*live, Stall.address == address))
    if known is not None:
        return known
    if (db.session.scalar(select(func.count()).select_from(Stall).where(*live)) or 0) >= STALLS_MAX:
        raise InvalidStallError(reason="too_many")
    stall = Stall(
        producer_id=producer_id, platform=platform, address=address, made_by_id=by.user_id, made_at=now
    )
    db.session.add(stall)
    db.session.flush()
    link_of_stall(stall, by=by, now=now)
    told = {"platform": platform, "address": address}
    record_act(
        "promotion.add_stall",
        by=by,
        subject=f"stall:{stall.id}",
        after=told,
        producer_id=producer_id,
        now=now,
    )
    note_changes([ALL_PAGES])
    return stall


def end_stall(stall: Stall, *, by: Actor, now: datetime) -> None:
    """Show it no more. Harmless when repeated."""
    if stall.ended_at is not None:
        return
    stall.ended_at = now
    record_act(
        "promotion.end_stall", by=by, subject=f"stall:{stall.id}", producer_id=stall.producer_id, now=now
    )
    note_changes([ALL_PAGES])


def link_of_stall(stall: Stall, *, by: Actor | None, now: datetime) -> ShortLink:
    """The short link by which visits of the stall are counted: it leads to the page that says where one goes."""
    return make_link(
        SourceKind.STALL.value, stall.id, f"/stalls/{stall.id}", by=by, now=now, producer_id=stall.producer_id
    )
