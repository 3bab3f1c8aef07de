"""Pictures drawn anew in sizes and formats for the web: the one door to Pillow for what strangers hand in.

Runs in the process of `core.media.worker` only. What a camera wrote beside the picture (place, time, device, colour
profile, comments, a second picture) is left behind: only pixels go over, turned upright and brought to sRGB.
"""

import io
import struct
import warnings
from collections.abc import Callable, Iterator
from typing import Any, Final

from PIL import Image, ImageCms, ImageOps
from PIL.Image import Resampling, Transpose

from core.media.errors import InvalidMediaError, MediaFault
from core.media.limits import (
    BYTE_GOALS,
    CARD,
    CARD_SIDE,
    FORMATS,
    JPEG_PIXELS_MAX,
    NARROW_MAX,
    PAGE_WIDTH,
    PIXELS_MAX,
    SIDE_MIN,
    WEBP_PIXELS_MAX,
    WIDTHS,
)

Piece = tuple[dict[str, Any], bytes]

_QUALITIES: Final = {
    "avif": (52, 42, 32, 22, 3),
    "webp": (74, 62, 48, 34, 5),
    "jpeg": (78, 66, 52, 38, 8),
}
_OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "avif": {"speed": 8, "max_threads": 1},
    "webp": {"method": 3},
    "jpeg": {"optimize": True, "progressive": True},
}
_PAGE_QUALITY: Final = 72
_STRIP_ROWS: Final = 64

# How to turn a picture upright, by the number in its EXIF. Source: CIPA DC-008 (Exif 2.32), Orientation.
_ORIENTATION: Final = 0x0112
_TURNS: Final = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
_LYING: Final = frozenset({5, 6, 7, 8})


def draw_pictures(content: bytes, media_type: str) -> Iterator[Piece]:
    """Every size and format of the picture. Raises InvalidMediaError; errors of Pillow where the file is broken."""
    upright = _opened(content, media_type, WIDTHS[-1])
    for name, drawn in _sizes(upright):
        for form in FORMATS:
            yield _piece(name, form, drawn, _within_goal(drawn, form, BYTE_GOALS[name]))


def draw_page(content: bytes, media_type: str) -> Iterator[Piece]:
    """The photograph of a paper as one page to read: WebP, at most `PAGE_WIDTH` wide."""
    yield page_piece(_opened(content, media_type, PAGE_WIDTH), 1)


def page_piece(page: Image.Image, number: int) -> Piece:
    """`page` as WebP with its facts."""
    return _piece(str(number), "webp", page, _encoded(page, "webp", _PAGE_QUALITY))


def _piece(name: str, form: str, drawn: Image.Image, content: bytes) -> Piece:
    return {"name": name, "format": form, "width": drawn.width, "height": drawn.height}, content


def _opened(content: bytes, media_type: str, width_max: int) -> Image.Image:
    """The picture at most `width_max` wide, upright, in sRGB. What its head says is looked at before any pixel."""
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # our own limits come first, and are told in words
    form = media_type.partition("/")[2].upper()
    with Image.open(io.BytesIO(content), formats=[form]) as image:
        _check_head(image, form)
        orientation = _orientation(image)
        shown_width = image.height if orientation in _LYING else image.width
        share = min(1.0, width_max / shown_width)
        wanted = (max(1, round(image.width * share)), max(1, round(image.height * share)))
        if form == "JPEG":
            image.draft("RGB", wanted)
        profile = image.info.get("icc_profile")
        small = _flat(image, wanted[0]).resize(wanted, Resampling.LANCZOS, reducing_gap=2.0)
    clean = _in_srgb(small, profile)
    clean.info = {}
    turn = _TURNS.get(orientation)
    return clean.transpose(turn) if turn is not None else clean


def _check_head(image: Image.Image, form: str) -> None:
    width, height = image.size
    if form == "WEBP":
        most = WEBP_PIXELS_MAX
    else:
        most = JPEG_PIXELS_MAX if form == "JPEG" and not image.info.get("progressive") else PIXELS_MAX
    if width * height > most:
        raise InvalidMediaError(reason=MediaFault.TOO_MANY_PIXELS)
    if form != "JPEG" and getattr(image, "n_frames", 1) > 1:
        raise InvalidMediaError(reason=MediaFault.MOVING)
    if min(width, height) < SIDE_MIN:
        raise InvalidMediaError(reason=MediaFault.TOO_SMALL)
    if max(width, height) > NARROW_MAX * min(width, height):
        raise InvalidMediaError(reason=MediaFault.TOO_NARROW)


def _orientation(image: Image.Image) -> int:
    """1 to 8; 1 where the EXIF is damaged: a picture is not refused for what is written beside it."""
    try:
        stated = image.getexif().get(_ORIENTATION, 1)
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, struct.error):
        return 1
    return stated if isinstance(stated, int) and stated in _TURNS else 1


def _flat(image: Image.Image, wanted_width: int) -> Image.Image:
    """`image` without transparency, in a mode that can be resized."""
    shrink = max(1, image.width // wanted_width)
    if image.mode.startswith("I") or image.mode == "F":
        return _in_strips(image, shrink, _eight_bits)
    if image.mode == "1":
        return image.convert("L")
    if "transparency" in image.info or image.mode in {"RGBA", "LA", "PA", "La", "RGBa"}:
        return _in_strips(image, shrink, _on_white)
    return image.convert("RGB") if image.mode == "P" else image


def _in_strips(image: Image.Image, shrink: int, flatten: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """`image` as `flatten` makes it, `shrink` times smaller: strip by strip, for a second whole copy is too large."""
    image.load()
    rows = _STRIP_ROWS * shrink
    flat = Image.new("RGB", (-(-image.width // shrink), -(-image.height // shrink)), "white")
    for top in range(0, image.height, rows):
        strip = flatten(image.crop((0, top, image.width, min(top + rows, image.height))))
        flat.paste(strip.reduce(shrink), (0, top // shrink))
    return flat


def _on_white(strip: Image.Image) -> Image.Image:
    ground = Image.new("RGBA", strip.size, "white")
    ground.alpha_composite(strip.convert("RGBA"))
    return ground.convert("RGB")


def _eight_bits(strip: Image.Image) -> Image.Image:
    return strip.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours as they look: by the profile of the camera if it can be read, else taken for sRGB."""
    if profile and image.mode in {"RGB", "CMYK", "L"}:
        try:
            from_camera = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                image, from_camera, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _sizes(upright: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """Each name with its picture, the largest first. A small picture is not blown up: it has fewer sizes."""
    largest = upright
    for width in reversed(WIDTHS):
        smaller = WIDTHS[WIDTHS.index(width) - 1] if width != WIDTHS[0] else 0
        if upright.width <= smaller:
            continue
        drawn_width = min(width, upright.width)
        height = max(1, round(upright.height * drawn_width / upright.width))
        largest = largest.resize((drawn_width, height), Resampling.LANCZOS, reducing_gap=3.0)
        yield str(width), largest
    yield CARD, ImageOps.fit(upright, (CARD_SIDE, CARD_SIDE), Resampling.LANCZOS)


def _within_goal(drawn: Image.Image, form: str, goal: int) -> bytes:
    """The best quality within `goal` bytes, else the lowest: a picture of noise alone is no photograph."""
    content, qualities = b"", iter(_QUALITIES[form])
    for quality in qualities:
        content = _encoded(drawn, form, quality)
        if len(content) <= goal:
            break
        if len(content) > 2 * goal:
            next(qualities, None)  # far away: every try costs as much as the first
    return content


def _encoded(drawn: Image.Image, form: str, quality: int) -> bytes:
    buffer = io.BytesIO()
    drawn.save(buffer, form.upper(), quality=quality, **_OPTIONS[form])
    return buffer.getvalue()
