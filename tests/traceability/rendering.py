"""Printed labels, looked at: pages as pictures, their text, and what the QR codes say."""

import io
import secrets
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from tests.traceability.conftest import GTIN
from traceability.press.layouts import LabelLayout
from traceability.printed import LabelFacts, printed_url
from traceability.stamp_codes import ALPHABET

BASE = "https://cho-ocop.example.vn"
DOTS_PER_INCH = 300

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftoppm") is None, reason="pdftoppm (poppler-utils) is missing"
)


def facts(**given_facts) -> LabelFacts:
    usual = {
        "product_name": "Nước mắm cốt nhĩ ẪỄ truyền thống ủ chượp mười hai tháng",
        "lot_code": "L2611",
        "produced_on": date(2026, 11, 1),
        "expires_on": date(2027, 11, 1),
        "gtin": GTIN,
        "host": "cho-ocop.example.vn",
        "is_lot_code": False,
        "is_demonstration": True,
    }
    return LabelFacts(**(usual | given_facts))


def some_seal() -> str:
    """As long as a seal, and made of its characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(108))


def labels_of(label: LabelFacts, codes: list[str], *, is_sealed=False, base=BASE) -> list[tuple[str, str]]:
    """Code and address of each label."""
    found = []
    for code in codes:
        url = printed_url(base, code, gtin=label.gtin, lot_code=label.lot_code)
        found.append((code, url.replace(base, f"{base}/{some_seal()}") if is_sealed else url))
    return found


def as_read(url: str) -> str:
    """What a reader says: the host is printed in capitals."""
    return url.replace("cho-ocop.example.vn", "CHO-OCOP.EXAMPLE.VN", 1)


def rendered(path: Path, *, dots_per_inch=DOTS_PER_INCH) -> list[Image.Image]:
    command = ["pdftoppm", "-r", str(dots_per_inch), "-gray", str(path), str(path.with_suffix(""))]
    subprocess.run(command, check=True)
    return [
        Image.open(io.BytesIO(page.read_bytes())) for page in sorted(path.parent.glob(f"{path.stem}-*.pgm"))
    ]


def text_of(path: Path) -> str:
    return subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True, text=True).stdout


def box_of(
    layout: LabelLayout, position: int, *, dots_per_inch=DOTS_PER_INCH
) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a label in dots."""
    left, top = layout.corner_mm(position)
    edges = (left, top, left + layout.width_mm, top + layout.height_mm)
    return tuple(edge * dots_per_inch / 25.4 for edge in edges)


def read_at(page: Image.Image, layout: LabelLayout, position: int):
    """The only code on a label."""
    (found,) = zxingcpp.read_barcodes(page.crop(tuple(round(edge) for edge in box_of(layout, position))))
    return found


def dark_box(picture: Image.Image) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of all that is printed."""
    return picture.point(lambda grey: 255 * (grey < 128)).getbbox()
