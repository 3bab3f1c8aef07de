"""Tables of the counters and buckets that hold across processes and restarts."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model, UtcDateTime


class AttemptCount(Model):
    """How often one address did one thing within one window of time.

    who: 16 bytes, keyed hash of the address prefix; the address itself is nowhere. Rows are deleted soon
    after `ends_at`.
    """

    __tablename__ = "attempt_count"
    __table_args__ = (
        CheckConstraint("attempts >= 1", name="attempts"),
        Index("ix_attempt_count_ends_at", "ends_at"),
    )

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    who: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    attempts: Mapped[int]


class Bucket(Model):
    """A bucket that drips: how much is left in it is told by the instant at which it will be full again.

    who: 16 bytes, keyed hash of whose bucket it is. full_at_ms: milliseconds since 1970, UTC; a row whose instant has
    passed says the same as no row.
    """

    __tablename__ = "bucket"
    __table_args__ = (Index("ix_bucket_full_at_ms", "full_at_ms"),)

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    who: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    full_at_ms: Mapped[int] = mapped_column(BigInteger)
