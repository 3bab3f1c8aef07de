"""Drawing a picture for sharing: photograph, plate of stars, name, maker, place, QR code. A door to Pillow.

Only JPEG of our own making comes in (`core.media` drew it anew); what goes out is JPEG within `BYTES_MAX`.
Source of sizes and colours: ux.md 4.1, 4.4 and 8.
"""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from core.config import ROOT
from core.qr import LEVEL_M, QUIET_MODULES, matrix_of
from promotion.share_images.captions import Caption
from promotion.share_images.letters import BOLD, LEADING, REGULAR, fitting_lines, font_of, set_lines

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

BYTES_MAX: Final = 150_000
"""Source: ux.md 8 (Open Graph)."""
QUALITIES: Final = (86, 78, 70, 60, 48, 36, 20)

INK, INK_2, PAPER, WHITE = "#1E2420", "#4A544D", "#FBF8F2", "#FFFFFF"
GREEN_DEEP, GOLD, GOLD_INK, GOLD_WASH = "#124D29", "#F2B01E", "#7A5200", "#FFF4D6"
WEAVE, WEAVE_A, WEAVE_B = "#F0E2C6", "#C9A063", "#8B5E34"
# The star of the shop's plate (components/ocop_badge.html), in a box of 20.
STAR: Final = ((10, 0.6), (12.5, 7.2), (19.5, 7.5), (14, 11.9), (15.9, 18.7), (10, 14.8), (4.1, 18.7), (6, 11.9),
               (0.5, 7.5), (7.5, 7.2))  # fmt: skip
BAND: Final = 14
FINE: Final = 3
"""Plates are drawn so many times larger and then reduced: their edges are smooth."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where things stand, in pixels. picture, text: left, top, right, bottom. module: side of a module of the QR."""

    width: int
    height: int
    picture: tuple[int, int, int, int]
    text: tuple[int, int, int, int]
    title_sizes: tuple[int, ...]
    small: int
    module: int


SHAPES: Final = {
    "wide": Frame(1200, 630, (0, 0, 500, 616), (540, 36, 1164, 594), (58, 52, 46, 40, 36, 32), 29, 5),
    "square": Frame(1080, 1080, (0, 0, 1080, 476), (52, 506, 1028, 1034), (66, 58, 50, 44, 40), 34, 6),
}


def draw(caption: Caption, shape: str, photograph: bytes | None, illustration: str, link: str) -> bytes:
    """The picture as JPEG of at most `BYTES_MAX`. shape: «wide» or «square». link: capitals, for the QR code.

    photograph: JPEG of ours; where there is none, or it cannot be read, our drawing named `illustration`.
    """
    from PIL import Image, ImageDraw

    frame = SHAPES[shape]
    canvas = Image.new("RGB", (frame.width, frame.height), PAPER)
    pen = ImageDraw.Draw(canvas)
    _picture(canvas, frame, photograph, illustration)
    _band(canvas, pen, frame)
    qr = _qr(link, frame.module)
    qr_left, qr_top = frame.text[2] - qr.width, frame.text[3] - qr.height
    canvas.paste(qr, (qr_left, qr_top))
    top = _head(canvas, pen, caption, frame)
    call_top = _call(pen, caption, frame, qr_left, qr_top)
    _body(pen, caption, frame, (top, qr_top, call_top), qr_left)
    if caption.mark:
        _mark(pen, caption.mark, frame)
    return _encoded(canvas)


def _picture(canvas: "Image", frame: Frame, photograph: bytes | None, illustration: str) -> None:
    from PIL import Image, ImageOps

    left, top, right, bottom = frame.picture
    source = _opened(photograph) if photograph else None
    if source is None:
        path = ROOT / "static" / "img" / "share" / f"{illustration}.webp"
        with Image.open(path if path.is_file() else path.with_name("stall.webp"), formats=["WEBP"]) as drawn:
            source = drawn.convert("RGB")
    canvas.paste(ImageOps.fit(source, (right - left, bottom - top), Image.Resampling.LANCZOS), (left, top))


def _opened(photograph: bytes) -> "Image | None":
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(photograph), formats=["JPEG"]) as opened:
            return opened.convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return None


def _band(canvas: "Image", pen: "ImageDraw", frame: Frame) -> None:
    """The woven line of the house at the foot."""
    top = frame.height - BAND
    pen.rectangle((0, top, frame.width, frame.height), fill=WEAVE)
    for start in range(-BAND, frame.width + BAND, 10):
        pen.line((start, top, start + BAND, frame.height), fill=WEAVE_A, width=2)
        pen.line((start + BAND, top, start, frame.height), fill=WEAVE_B, width=2)
    pen.line((0, top, frame.width, top), fill=WEAVE_A, width=1)


def _head(canvas: "Image", pen: "ImageDraw", caption: Caption, frame: Frame) -> int:
    """The house's name, and the plate of stars where there is one; where the rest begins."""
    left, top, _right, _bottom = frame.text
    house = font_of(BOLD, frame.small)
    pen.text((left, top), "Chợ OCOP", font=house, fill=GREEN_DEEP)
    top += round(frame.small * LEADING) + 10
    if not caption.stars:
        return top + 4
    plate = _plate(caption, round(frame.small * 1.9))
    canvas.paste(plate, (left, top), plate)
    return top + plate.height + 16


def _plate(caption: Caption, height: int) -> "Image":
    """Our plate: gold stars and white words on deep green. Source: ux.md 4.4."""
    from PIL import Image, ImageDraw

    tall = height * FINE
    star, gap, pad = round(tall * 0.52), round(tall * 0.07), round(tall * 0.28)
    words = caption.badge + (f" · {caption.badge_note}" if caption.badge_note else "")
    font = font_of(BOLD, round(tall * 0.5))
    row = caption.stars * (star + gap)
    wide = round(2 * pad + row + pad * 0.5 + font.getlength(words))
    plate = Image.new("RGBA", (wide, tall), (0, 0, 0, 0))
    pen = ImageDraw.Draw(plate)
    pen.rounded_rectangle((0, 0, wide - 1, tall - 1), radius=round(tall * 0.22), fill=GREEN_DEEP)
    for number in range(caption.stars):
        at = pad + number * (star + gap)
        above = (tall - star) / 2
        pen.polygon([(at + x * star / 20, above + y * star / 20) for x, y in STAR], fill=GOLD)
    pen.text((pad + row + pad * 0.5, tall / 2), words, font=font, fill=WHITE, anchor="lm")
    return plate.resize((wide // FINE, height), Image.Resampling.LANCZOS)


def _body(pen: "ImageDraw", caption: Caption, frame: Frame, tops: tuple[int, int, int], qr_left: int) -> None:
    """Name above the QR code; maker, place and what it is about below, beside the code where it comes so far.

    tops: where there is room, where the QR code begins, where the call does. Maker and place are never left out: the
    name gets smaller before, and is cut at last.
    """
    top, qr_top, call_top = tops
    left, _top, right, _bottom = frame.text
    sizes, width = frame.title_sizes, right - left
    height = round(frame.small * LEADING) + 3
    foot = min(qr_top - 8, call_top - 8 - height * len(caption.lines))
    lines, pixels = fitting_lines(caption.title or caption.host, BOLD, sizes, width, foot - top)
    top = _write(pen, lines, (left, top), (BOLD, pixels), INK) + 8
    texts = [text for text in (*caption.lines, caption.about) if text]
    for number, text in enumerate(texts):
        room = (call_top - top) // height - (len(texts) - 1 - number)
        if room <= 0 and top + height > call_top:
            return
        most = max(1, min(2, room))
        told = set_lines(text, REGULAR, frame.small, width, most)
        if top + len(told) * height > qr_top - 8:
            told = set_lines(text, REGULAR, frame.small, qr_left - 24 - left, most)
        top = _write(pen, told, (left, top), (REGULAR, frame.small), INK_2) + 3


def _call(pen: "ImageDraw", caption: Caption, frame: Frame, right: int, top: int) -> int:
    """What scanning brings, and the host in words, left of the QR code's foot; where that begins."""
    left, bottom = frame.text[0], frame.text[3]
    pixels = round(frame.small * 0.86)
    told = set_lines(caption.call, REGULAR, pixels, right - left - 24, 3)
    host = set_lines(caption.host, BOLD, pixels, right - left - 24, 1)
    height = round((len(told) + len(host)) * pixels * LEADING)
    begin = max(top, bottom - height - 4)
    at = _write(pen, told, (left, begin), (REGULAR, pixels), INK_2)
    _write(pen, host, (left, at), (BOLD, pixels), GREEN_DEEP)
    return begin - 8


def _mark(pen: "ImageDraw", words: str, frame: Frame) -> None:
    """Says on the picture itself that the goods are made up."""
    font = font_of(BOLD, round(frame.small * 0.8))
    left, top = frame.picture[0] + 20, frame.picture[1] + 20
    box = pen.textbbox((left + 14, top + 8), words, font=font)
    pen.rounded_rectangle((left, top, box[2] + 14, box[3] + 12), radius=8, fill=GOLD_WASH)
    pen.text((left + 14, top + 8), words, font=font, fill=GOLD_INK)


def _write(
    pen: "ImageDraw", lines: list[str], at: tuple[int, int], letters: tuple[str, int], colour: str
) -> int:
    """Lines below one another from `at`; where they end."""
    left, top = at
    name, pixels = letters
    for line in lines:
        pen.text((left, top), line, font=font_of(name, pixels), fill=colour)
        top += round(pixels * LEADING)
    return top


def _qr(link: str, module: int) -> "Image":
    """The QR code with its quiet zone, black on white, each module `module` pixels wide."""
    from PIL import Image

    matrix = matrix_of((link,), LEVEL_M)
    whole = matrix.size + 2 * QUIET_MODULES
    picture = Image.new("L", (whole, whole), 255)
    for row in range(matrix.size):
        for column in range(matrix.size):
            if matrix.is_dark(row, column):
                picture.putpixel((column + QUIET_MODULES, row + QUIET_MODULES), 0)
    return picture.resize((whole * module, whole * module), Image.Resampling.NEAREST)


def _encoded(canvas: "Image") -> bytes:
    content = b""
    for quality in QUALITIES:
        buffer = io.BytesIO()
        options: dict[str, Any] = {"optimize": True, "progressive": True, "subsampling": 0}
        canvas.save(buffer, "JPEG", quality=quality, **options)
        content = buffer.getvalue()
        if len(content) <= BYTES_MAX:
            break
    return content
