"""Photographs and papers as people hand them in, made on the spot."""

import io
from typing import Any

from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas


def a_picture(width: int = 800, height: int = 600) -> Image.Image:
    """Left half red, right half blue, a white bar on top: which side is up can be told."""
    picture = Image.new("RGB", (width, height), (20, 40, 200))
    drawing = ImageDraw.Draw(picture)
    drawing.rectangle((0, 0, width // 2, height), fill=(200, 30, 20))
    drawing.rectangle((0, 0, width, height // 10), fill="white")
    return picture


def encoded(picture: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    """`picture` as a file."""
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def a_photo(width: int = 800, height: int = 600, **options: Any) -> bytes:
    """A JPEG."""
    return encoded(a_picture(width, height), "JPEG", **options)


def a_pdf(
    page_count: int = 1, *, text: str = "Giay chung nhan", size: Any = A4, encrypt: Any = None
) -> bytes:
    """A PDF that is the same each time."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=1, encrypt=encrypt)
    for number in range(1, page_count + 1):
        canvas.drawString(72, 72, f"{text} {number}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
