"""Photographs that buyers hand in: drawn anew in a process of its own, and stored as one WebP each."""

from dataclasses import dataclass

from core.files import Storage
from core.media.kinds import picture_kind
from core.media.pictures import render_pages


@dataclass(frozen=True, slots=True)
class DrawnPicture:
    """A stored photograph that no row names yet."""

    sha256: str
    width: int
    height: int


def draw_private_picture(content: bytes, *, files: Storage) -> DrawnPicture:
    """Draw `content` (JPEG, PNG or WebP) anew and store it; nothing that the camera wrote beside it remains.

    Outside transactions: it takes a second. Raises InvalidMediaError (reason: a `MediaFault`), OSError if the storage
    does not take it. What becomes no row is cleared away after a day.
    """
    picture_kind(content)
    page = render_pages(content, 1, 1).pages[0]
    return DrawnPicture(files.put(page.content), page.width, page.height)
