"""Which keys seal stamps: the list that was published last, kept for a few seconds."""

from dataclasses import dataclass
from time import monotonic
from typing import Final

from sqlalchemy import Engine, select

from core.db import db
from traceability.models import SealKey, SealKeyList
from traceability.seal_keys import KeyList, parse_key_list
from traceability.seals import KeyFacts
from transparency.notes import parse_note

FRESH_SECONDS: Final = 10.0
"""A revoked key counts that long in a process that has just read the list before."""


@dataclass(frozen=True, slots=True)
class PublishedKeys:
    """number: of the list. note: as published."""

    number: int
    note: str
    keys: KeyList


_kept: tuple[Engine, float, PublishedKeys | None] | None = None


def find_published_keys() -> PublishedKeys | None:
    """The list that was published last, as it is now; None if there is none. One statement."""
    row = db.session.scalar(select(SealKeyList).order_by(SealKeyList.id.desc()).limit(1))
    if row is None:
        return None
    return PublishedKeys(row.id, row.note, parse_key_list(parse_note(row.note).text))


def find_seal_key(kid: int) -> KeyFacts | None:
    """The published key of that number, at most ten seconds old: pages of stamps ask for nothing else."""
    global _kept
    engine, kept = db.engine, _kept
    if kept is None or kept[0] is not engine or monotonic() - kept[1] > FRESH_SECONDS:
        _kept = kept = (engine, monotonic(), find_published_keys())
    published = kept[2]
    return published.keys.find(kid) if published else None


def forget_published_keys() -> None:
    """Read the list anew when it is next asked for: a new one was published here."""
    global _kept
    _kept = None


def list_seal_keys() -> list[KeyFacts]:
    """Every key on record, published or not, by number."""
    return [
        KeyFacts(
            row.kid,
            row.public_key,
            row.not_before,
            row.not_after,
            row.revocation.revoked_on if row.revocation else None,
        )
        for row in db.session.scalars(select(SealKey).order_by(SealKey.kid))
    ]
