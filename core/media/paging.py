"""Pages of a PDF as pictures: the one door to PDFium.

Runs in the process of `core.media.worker` only. The build has no script engine; a page is drawn, nothing in it runs.
"""

import math
from collections.abc import Iterator
from typing import Any

from pypdfium2 import PdfDocument, PdfiumError

from core.media.drawing import Piece, page_piece
from core.media.errors import InvalidMediaError, MediaFault
from core.media.limits import PAGE_PIXELS_MAX, PAGE_SIDE_MAX, PAGE_WIDTH, PAGES_MAX

_SCALE_MAX = 4.0


def draw_pages(content: bytes, first: int, count: int) -> Iterator[Piece]:
    """First a piece without bytes that tells the number of pages, then pages `first` (from 1) to `first + count - 1`.

    Raises InvalidMediaError for a PDF that is locked, broken, without that page, or has more than `PAGES_MAX`.
    """
    document = _opened(content)
    page_count = len(document)
    if page_count > PAGES_MAX:
        raise InvalidMediaError(reason=MediaFault.TOO_MANY_PAGES)
    if not 1 <= first <= page_count:
        raise InvalidMediaError(reason=MediaFault.NO_SUCH_PAGE if page_count else MediaFault.BROKEN)
    yield {"page_count": page_count}, b""
    for number in range(first, min(first + count, page_count + 1)):
        page = document[number - 1]
        yield page_piece(page.render(scale=_scale(*page.get_size())).to_pil().convert("RGB"), number)


def _opened(content: bytes) -> Any:
    try:
        return PdfDocument(content)
    except PdfiumError as error:
        is_locked = "password" in str(error).lower()
        raise InvalidMediaError(reason=MediaFault.LOCKED if is_locked else MediaFault.BROKEN) from error


def _scale(width: float, height: float) -> float:
    """How much larger than at 72 dots per inch, so that a page is `PAGE_WIDTH` wide and not larger than may be."""
    if width < 1 or height < 1:
        raise InvalidMediaError(reason=MediaFault.BROKEN)
    by_width = PAGE_WIDTH / width
    by_area = math.sqrt(PAGE_PIXELS_MAX / (width * height))
    by_side = PAGE_SIDE_MAX / max(width, height)
    return min(by_width, by_area, by_side, _SCALE_MAX)
