"""How much a picture or document may be and cost. Source of the figures: docs/decisions/0022-pictures-drawn-anew.md."""

from typing import Final

PIXELS_MAX: Final = 40_000_000
JPEG_PIXELS_MAX: Final = 120_000_000
"""A baseline JPEG is decoded at a half, quarter or eighth of its size; a progressive one is held whole before that."""
WEBP_PIXELS_MAX: Final = 16_000_000
"""The decoder of WebP holds a picture three times."""
SIDE_MIN: Final = 320
NARROW_MAX: Final = 3
PAGES_MAX: Final = 100
PAGES_AT_ONCE_MAX: Final = 10

WIDTHS: Final = (320, 640, 960, 1_600)
CARD: Final = "card"
CARD_SIDE: Final = 320
FORMATS: Final = ("avif", "webp", "jpeg")
PAGE_WIDTH: Final = 1_400
PAGE_PIXELS_MAX: Final = 6_000_000
PAGE_SIDE_MAX: Final = 8_000

# Bytes that a rendition should not exceed. Source: docs/budgets.md (pictures of a listing, first picture of a page).
BYTE_GOALS: Final = {CARD: 11_000, "320": 11_000, "640": 26_000, "960": 45_000, "1600": 120_000}

# Of the process that reads the file.
MEMORY_BYTES: Final = 512 * 1024 * 1024
CPU_SECONDS: Final = 15
WALL_SECONDS: Final = 20
OUTPUT_BYTES: Final = 40_000_000
OPEN_FILES: Final = 64
