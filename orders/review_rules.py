"""Which reviews appear by themselves, and which a person must look at first. Pure.

Source: threat T-19 (reviews of oneself, bombing); docs/decisions/0036-after-the-order.md.
"""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Final

PUBLISH_AFTER: Final = timedelta(hours=24)
"""Time for the buyer to think again, and for a wave of reviews to be seen before it is shown."""
REVIEW_WITHIN: Final = timedelta(days=180)
"""After delivery."""
TEXT_MIN: Final = 10
TEXT_MAX: Final = 2_000
REPLY_MAX: Final = 1_000
PICTURES_MAX: Final = 3
_LINK: Final = re.compile(r"(?i)https?:|www\.|\b[\w-]+\.(?:com|vn|net|org|info|shop|me|ly)\b")
_PHONE: Final = re.compile(r"(?:\d[\s.\-]?){9,}")


class ReviewState(StrEnum):
    """`waiting` for its time, `held` for a person to look at, then `published`, or `hidden` for a reason."""

    WAITING = "waiting"
    HELD = "held"
    PUBLISHED = "published"
    HIDDEN = "hidden"


def needs_a_look(text: str) -> bool:
    """Whether a person must look at `text` before it is shown: it holds a link or a telephone number."""
    return bool(_LINK.search(text) or _PHONE.search(text))
