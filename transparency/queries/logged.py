"""What the public log says of itself: the keys that sign it."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import select

from core.db import db
from transparency.leaves import instant
from transparency.models import LogKey
from transparency.sources import Recorded, logged

LOG_KEY: Final = "log_key.published"


@logged(LOG_KEY)
def log_keys() -> Iterator[Recorded]:
    """Every key that has signed the log."""
    for row in db.session.scalars(select(LogKey).order_by(LogKey.id)):
        yield log_key_entry(row)


def log_key_entry(row: LogKey) -> Recorded:
    """Subject and facts of a key."""
    return f"log_key:{row.id}", {"key": row.verifier, "recorded_at": instant(row.added_at)}
