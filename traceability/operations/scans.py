"""Looks at stamps: kept without address or browser name, thinned out as they age.

Source: traceability design 4.8 (docs/stamps.md#looks), Law 91/2025/QH15 on personal data: a look keeps its hour, its
province and a device hash; the key of a day's hashes lives 30 days, a look 13 months, then counts remain.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from core.clock import vietnam_date
from core.db import db
from traceability.models import LaterOpening, Lot, Opening, Scan, ScanGap, ScanKey, ScanMonth, Stamp, StampRun
from traceability.scan_months import SMALLEST_GROUP, complete_since

KEY_DAYS: Final = 30
KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a stamp's page. looked_at: aware; only its hour is kept. device_hash: 16 bytes."""

    stamp_id: int
    looked_at: datetime
    province: str | None
    device_hash: bytes | None


@dataclass(frozen=True, slots=True)
class LostLooks:
    """Looks that could not be kept, from the first to the last of them."""

    began_at: datetime
    ended_at: datetime
    count: int


def record_scans(looks: Sequence[Look], lost: LostLooks | None = None) -> None:
    """Keep `looks`, and that some were `lost`, so that no page claims to know of all."""
    if looks:
        rows = [
            {
                "stamp_id": look.stamp_id,
                "scanned_hour_at": hour_of(look.looked_at),
                "province": look.province,
                "device_hash": look.device_hash,
            }
            for look in looks
        ]
        db.session.execute(insert(Scan.__table__), rows)  # type: ignore[arg-type]
    if lost is not None:
        db.session.add(ScanGap(began_at=lost.began_at, ended_at=lost.ended_at, lost_count=lost.count))


def hour_of(instant: datetime) -> datetime:
    """The full hour in which `instant` (aware) lies."""
    return instant.replace(minute=0, second=0, microsecond=0)


def take_scan_key(day: date, fresh_key: bytes) -> bytes:
    """The key of device hashes of `day` (Vietnam): the one on record, else `fresh_key`, which then is."""
    known = db.session.get(ScanKey, day)
    if known is not None:
        return known.key
    db.session.add(ScanKey(day_on=day, key=fresh_key))
    db.session.flush()
    return fresh_key


def destroy_scan_keys(*, now: datetime) -> int:
    """Destroy keys older than 30 days: their hashes can be tied to nobody any more. Answers how many."""
    oldest_kept = vietnam_date(now) - timedelta(days=KEY_DAYS)
    gone = db.session.execute(delete(ScanKey).where(ScanKey.day_on < oldest_kept))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def summarise_scans(*, now: datetime) -> int:
    """Replace looks of whole months older than 13 by counts per product, month and province.

    Groups of fewer than five devices are withheld. Of who opened a pack first only the hour remains, of later claims
    nothing. Answers how many looks were deleted. Repeating it changes
    nothing; months are summarised once, because their looks are gone afterwards.
    """
    until = complete_since(now=now)
    month = _month_of(Scan.scanned_hour_at)
    province = func.coalesce(Scan.province, "")
    counts = db.session.execute(
        select(Lot.product_id, month, province, func.count())
        .join(Stamp, Stamp.id == Scan.stamp_id)
        .join(StampRun, StampRun.id == Stamp.run_id)
        .join(Lot, Lot.id == StampRun.lot_id)
        .where(Scan.scanned_hour_at < until)
        .group_by(Lot.product_id, month, province)
        .having(func.count(func.distinct(Scan.device_hash)) >= SMALLEST_GROUP)
    ).all()
    for product_id, month_text, name, scan_count in counts:
        month_on = date.fromisoformat(f"{month_text}-01")
        db.session.merge(
            ScanMonth(product_id=product_id, month_on=month_on, province=name, scan_count=scan_count)
        )
    gone = db.session.execute(delete(Scan).where(Scan.scanned_hour_at < until))
    db.session.execute(delete(ScanGap).where(ScanGap.ended_at < until))
    old = Opening.claimed_hour_at < until
    db.session.execute(update(Opening).where(old).values(province=None, device_hash=None))
    db.session.execute(delete(LaterOpening).where(LaterOpening.claimed_hour_at < until))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _month_of(instant: ColumnElement[datetime] | object) -> ColumnElement[str]:
    """SQL of the month in Vietnam («2026-11») in which `instant` (UTC) lies."""
    if db.engine.dialect.name == "sqlite":
        return func.strftime("%Y-%m", instant, "+7 hours")
    return func.to_char(func.timezone("Asia/Ho_Chi_Minh", instant), "YYYY-MM")
