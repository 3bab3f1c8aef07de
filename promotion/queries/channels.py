"""What is known about other shelves beside the goods: keys, fetches, runs, and counts by province."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from accounts.actors import Actor
from core.db import db
from promotion.channel_rules import ChannelKey, Reason
from promotion.models.channels import ChannelCount, ChannelExclusion, ChannelFetch, FeedKey, FeedRun

FETCHES_OVER: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetches:
    """How often files for a shelf were taken in the last thirty days, and when last."""

    count: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvinceCounts:
    """Products of a province on a shelf, and those that are not, by reason. province_code: «» where it is not known."""

    province_code: str
    offered: int
    left_out: tuple[tuple[str, int], ...]

    @property
    def left_out_count(self) -> int:
        return sum(count for _, count in self.left_out)


def find_feed_key(producer_id: int) -> FeedKey | None:
    """The key of the producer's feeds that holds now."""
    return db.session.scalar(
        select(FeedKey).where(FeedKey.producer_id == producer_id, FeedKey.ended_at.is_(None))
    )


def find_key_owner(key: str) -> int | None:
    """Whose feeds the key opens; None for a key that never was or has ended."""
    return db.session.scalar(
        select(FeedKey.producer_id).where(FeedKey.key == key, FeedKey.ended_at.is_(None))
    )


def list_fetches(producer_id: int, on: date) -> dict[str, Fetches]:
    """By shelf. producer_id: 0 for the files of the whole shop."""
    rows = db.session.execute(
        select(ChannelFetch.channel, func.sum(ChannelFetch.count), func.max(ChannelFetch.last_at))
        .where(ChannelFetch.producer_id == producer_id, ChannelFetch.fetched_on > on - FETCHES_OVER)
        .group_by(ChannelFetch.channel)
    )
    return {channel: Fetches(count=int(count), last_at=last_at) for channel, count, last_at in rows}


def list_last_runs() -> Sequence[FeedRun]:
    """The last making of each file of the shop, by name."""
    last = select(func.max(FeedRun.id)).group_by(FeedRun.name)
    return db.session.scalars(select(FeedRun).where(FeedRun.id.in_(last)).order_by(FeedRun.name)).all()


def list_province_counts(actor: Actor) -> dict[ChannelKey, list[ProvinceCounts]]:
    """By shelf the provinces in the officer's area: the whole country, or the provinces of the posts."""
    rows = db.session.execute(
        select(ChannelCount.channel, ChannelCount.province_code, ChannelCount.reason, ChannelCount.count)
    ).all()
    is_national = any(post.level == "nation" for post in actor.posts)
    own = {post.province_code for post in actor.posts}
    found: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for channel, province, reason, count in rows:
        if is_national or province in own:
            found[channel, province][reason] = count
    counts: dict[ChannelKey, list[ProvinceCounts]] = {key: [] for key in ChannelKey}
    for (channel, province), by_reason in sorted(found.items()):
        counts[ChannelKey(channel)].append(_counts(province, by_reason))
    return counts


def exclusions_version() -> str:
    """Another one whenever somebody keeps goods off a shelf or lets them go there again."""
    total, ended = db.session.execute(
        select(func.count(ChannelExclusion.id), func.count(ChannelExclusion.ended_at))
    ).one()
    return f"{total}-{ended}"


def _counts(province_code: str, by_reason: dict[str, int]) -> ProvinceCounts:
    left_out = tuple(
        (reason.value, by_reason[reason])
        for reason in Reason
        if reason is not Reason.OFFERED and reason in by_reason
    )
    return ProvinceCounts(
        province_code=province_code, offered=by_reason.get(Reason.OFFERED, 0), left_out=left_out
    )
