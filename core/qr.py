"""QR codes: matrix, SVG, PNG. The one door to `qrcode`.

Segments in byte or alphanumeric mode, a quiet zone of four modules. Trying all eight masks would take nine tenths of
the time, and any of them is valid: which one, only decides about spots that look alike.
Source: ISO/IEC 18004:2015, 6.3.8, 7.4 and 7.8.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import QRData

MASK: Final = 0
"""Mask 000, which had the least penalty on average over addresses of ours, measured with `qrcode` 8.2."""

BYTES: Final = 4
ALPHANUMERIC: Final = 2
"""Modes of a segment, as `qrcode` names them and the standard numbers them (ISO/IEC 18004:2015, table 2)."""

QUIET_MODULES: Final = 4
"""Source: ISO/IEC 18004:2015, 6.3.8."""

LEVEL_M: Final = ERROR_CORRECT_M
"""15 % may be lost: for screens."""
LEVEL_Q: Final = ERROR_CORRECT_Q
"""25 % may be lost: for print. Source: ISO/IEC 18004:2015, 7.5.1."""

Segments = tuple[bytes | str, ...]
"""Text is written in alphanumeric mode, bytes in byte mode."""


@dataclass(frozen=True, slots=True)
class QrMatrix:
    """The dark and light modules, without the quiet zone. rows: one number per row, its highest bit at the left."""

    size: int
    rows: tuple[int, ...]

    def is_dark(self, row: int, column: int) -> bool:
        """Whether the module at `row` and `column`, from the top left, is dark."""
        return bool(self.rows[row] >> (self.size - 1 - column) & 1)


def matrix_of(segments: Segments, level: int = LEVEL_Q) -> QrMatrix:
    """The QR of `segments`. The version is found once for segments of the same kinds and lengths."""
    version = _smallest_version(tuple((type(segment), len(segment)) for segment in segments), level)
    modules = _made(segments, level, version).modules
    return QrMatrix(len(modules), tuple(_number(row) for row in modules))


def draw_svg(matrix: QrMatrix, module_mm: float) -> str:
    """The QR as a drawing with its quiet zone. module_mm: side of a module in millimetres."""
    whole = matrix.size + 2 * QUIET_MODULES
    side_mm = whole * module_mm
    runs = "".join(
        f"M{column + QUIET_MODULES} {row + QUIET_MODULES}h{length}v1h-{length}z"
        for row in range(matrix.size)
        for column, length in _dark_runs(matrix, row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side_mm:.3f}mm" height="{side_mm:.3f}mm" '
        f'viewBox="0 0 {whole} {whole}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{whole}v{whole}H0z"/><path d="{runs}"/></svg>\n'
    )


def draw_png(matrix: QrMatrix, module_dots: int, dots_per_inch: int) -> bytes:
    """The QR as a black and white picture with its quiet zone. module_dots: side of a module in dots."""
    from PIL import Image

    whole = matrix.size + 2 * QUIET_MODULES
    picture = Image.new("1", (whole, whole), 1)
    for row in range(matrix.size):
        for column in range(matrix.size):
            if matrix.is_dark(row, column):
                picture.putpixel((column + QUIET_MODULES, row + QUIET_MODULES), 0)
    side = whole * module_dots
    out = io.BytesIO()
    picture.resize((side, side), Image.Resampling.NEAREST).save(
        out, "PNG", optimize=True, dpi=(dots_per_inch, dots_per_inch)
    )
    return out.getvalue()


@lru_cache(maxsize=256)
def _smallest_version(shape: tuple[tuple[type, int], ...], level: int) -> int:
    """The version for segments of these kinds and lengths; what stands in them makes no difference."""
    # Not zeros: `qrcode` 8.2 fails on a block that holds nothing else.
    sample = tuple(b"7" * length if kind is bytes else "7" * length for kind, length in shape)
    return int(_made(sample, level, None).version)


def _made(segments: Segments, level: int, version: int | None) -> QRCode:  # type: ignore[type-arg]
    code = QRCode(version=version, error_correction=level, mask_pattern=MASK, border=0)
    for segment in segments:
        if isinstance(segment, bytes):
            code.add_data(QRData(segment, BYTES, check_data=False))
        else:
            code.add_data(QRData(segment.encode("ascii"), ALPHANUMERIC, check_data=False))
    code.make(fit=version is None)
    return code


def _number(row: list[bool | None]) -> int:
    return int("".join("1" if dark else "0" for dark in row), 2)


def _dark_runs(matrix: QrMatrix, row: int) -> list[tuple[int, int]]:
    """Column and length of each run of dark modules in a row."""
    runs: list[tuple[int, int]] = []
    for column in range(matrix.size):
        if not matrix.is_dark(row, column):
            continue
        if runs and sum(runs[-1]) == column:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((column, 1))
    return runs
