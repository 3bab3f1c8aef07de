"""Photographs of events: drawn anew outside transactions, and taken away where they show what they should not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.actors import Actor
from accounts.operations.audit import record_act
from core.db import db
from core.files import Storage
from core.media.pictures import Pictures, make_pictures
from traceability.models import EventPhoto

SHOWN: Final = "webp"
CARD: Final = "card"


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A photograph drawn anew and stored, which no row names yet. card_sha256: of the small square."""

    key: str
    width: int
    height: int
    sha256: str
    card_sha256: str


def draw_photo(content: bytes, *, files: Storage) -> StoredPhoto:
    """Draw a photograph anew in a process of its own, and store a large and a small one. Outside transactions.

    What the camera wrote beside it (where it was taken) is gone. Raises InvalidMediaError
    (reason: `core.media.errors.MediaFault`), OSError if the storage does not take it. What is stored without becoming
    a row is cleared away after a day.
    """
    return store_photo(make_pictures(content), files=files)


def store_photo(drawn: Pictures, *, files: Storage) -> StoredPhoto:
    """Put the two files that events show of a drawn picture into the storage."""
    shown = [each for each in drawn.renditions if each.format == SHOWN]
    card = next(each for each in shown if each.name == CARD)
    large = max((each for each in shown if each.name != CARD), key=lambda each: each.width)
    return StoredPhoto(
        drawn.key, large.width, large.height, files.put(large.content), files.put(card.content)
    )


def photo_row(stored: StoredPhoto) -> EventPhoto:
    """The row of a stored photograph."""
    return EventPhoto(
        key=stored.key,
        width=stored.width,
        height=stored.height,
        sha256=stored.sha256,
        card_sha256=stored.card_sha256,
    )


def remove_photo(photo: EventPhoto, *, by: Actor, now: datetime) -> None:
    """Take a photograph away for good (a face, a paper); that there was one stays on record. Gone already: nothing.

    Its files have no row then, and go with the next round of clearing.
    """
    if photo.removed_at is not None:
        return
    photo.sha256, photo.card_sha256 = None, None
    photo.removed_at, photo.removed_by_id = now, by.user_id
    db.session.flush()
    record_act(
        "traceability.remove_photo",
        by=by,
        subject=f"lot:{photo.event.lot_id}",
        after={"event_id": photo.event_id, "photo_id": photo.id},
        producer_id=photo.event.lot.product.producer_id,
        now=now,
    )
