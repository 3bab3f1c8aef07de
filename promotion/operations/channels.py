"""What a producer chooses about other shelves, and what is noted when files are made and fetched."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from accounts.actors import Actor
from catalog.models import Producer
from core.db import db
from core.text import clean_line
from promotion.channel_rules import ChannelKey
from promotion.errors.channels import InvalidCategoryError
from promotion.models.channels import (
    ChannelCount,
    ChannelExclusion,
    ChannelFetch,
    FeedKey,
    FeedRun,
    PlatformCategory,
)

CATEGORY_MAX: Final = 200
KEY_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's letters and digits, small: 26 of them hold 130 bits."""
KEY_LENGTH: Final = 26
RUNS_KEPT: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What is noted of a file of the shop that was made."""

    name: str
    judged_on: date
    seq: int
    row_count: int
    breach_count: int
    byte_count: int


def keep_off(product_id: int, channel: ChannelKey, *, by: Actor, now: datetime) -> None:
    """Keep a product off a shelf from now on. Harmless when it is kept off already."""
    values = {
        "product_id": product_id,
        "channel": channel.value,
        "excluded_by_id": by.user_id,
        "excluded_at": now,
    }
    dialect = db.session.get_bind().dialect.name
    adding = (sqlite if dialect == "sqlite" else postgresql).insert(ChannelExclusion)
    db.session.execute(adding.values(values).on_conflict_do_nothing())


def put_back(product_id: int, channel: ChannelKey, *, by: Actor, now: datetime) -> None:
    """Let a product go on a shelf again. Harmless when nothing keeps it off."""
    db.session.execute(
        update(ChannelExclusion)
        .where(
            ChannelExclusion.product_id == product_id,
            ChannelExclusion.channel == channel.value,
            ChannelExclusion.ended_at.is_(None),
        )
        .values(ended_at=now, ended_by_id=by.user_id)
    )


def set_category(product_id: int, channel: ChannelKey, typed: str, *, by: Actor, now: datetime) -> None:
    """Note the category of a product on a platform; nothing typed takes it away.

    Raises InvalidCategoryError if it is longer than CATEGORY_MAX.
    """
    category = clean_line(typed)
    if len(category) > CATEGORY_MAX:
        raise InvalidCategoryError(reason="too_long")
    if not category:
        db.session.execute(
            delete(PlatformCategory).where(
                PlatformCategory.product_id == product_id, PlatformCategory.channel == channel.value
            )
        )
        return
    said = {"category": category, "set_by_id": by.user_id, "set_at": now}
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    adding = of_dialect.insert(PlatformCategory).values(product_id=product_id, channel=channel.value, **said)
    db.session.execute(adding.on_conflict_do_update(index_elements=["product_id", "channel"], set_=said))


def renew_feed_key(producer_id: int, *, by: Actor, now: datetime) -> FeedKey:
    """A new key for the producer's feeds; the one before leads nowhere from now on. One at a time."""
    db.session.execute(select(Producer.id).where(Producer.id == producer_id).with_for_update())
    db.session.execute(
        update(FeedKey)
        .where(FeedKey.producer_id == producer_id, FeedKey.ended_at.is_(None))
        .values(ended_at=now, ended_by_id=by.user_id)
    )
    key = "".join(secrets.choice(KEY_ALPHABET) for _ in range(KEY_LENGTH))
    made = FeedKey(producer_id=producer_id, key=key, made_by_id=by.user_id, made_at=now)
    db.session.add(made)
    db.session.flush()
    return made


def note_fetch(
    connection: Connection, channel: ChannelKey, producer_id: int, *, on: date, now: datetime
) -> None:
    """Count that a file for a shelf was taken; nothing is noted of who took it. producer_id: 0 for the whole shop."""
    table = ChannelFetch.__table__
    adding = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(ChannelFetch)
    values = {
        "channel": channel.value,
        "producer_id": producer_id,
        "fetched_on": on,
        "count": 1,
        "last_at": now,
    }
    connection.execute(
        adding.values(values).on_conflict_do_update(
            index_elements=["channel", "producer_id", "fetched_on"],
            set_={"count": table.c.count + 1, "last_at": now},
        )
    )


def record_runs(runs: list[RunFacts], counts: Mapping[tuple[str, str, str], int], *, now: datetime) -> None:
    """Note the files that were made, and put the counts of this making in the place of those before."""
    for run in runs:
        db.session.add(
            FeedRun(
                name=run.name,
                made_at=now,
                judged_on=run.judged_on,
                seq=run.seq,
                row_count=run.row_count,
                breach_count=run.breach_count,
                byte_count=run.byte_count,
            )
        )
    db.session.execute(delete(FeedRun).where(FeedRun.made_at < now - RUNS_KEPT))
    db.session.execute(delete(ChannelCount))
    rows = [
        {"channel": channel, "province_code": province, "reason": reason, "count": count}
        for (channel, province, reason), count in sorted(counts.items())
    ]
    if rows:
        db.session.execute(insert(ChannelCount), rows)
