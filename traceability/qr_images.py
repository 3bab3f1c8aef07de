"""QR codes of printed addresses: two segments (bytes for the scheme, alphanumeric for the rest).

Level Q for short addresses; M for sealed ones, which are twice as long and would be too large at Q. Every address of
a run has the same length and so the same version, which is found once.
Sources: ISO/IEC 18004:2015, 7.4 and 7.8; traceability design 4.1 and 4.9.
"""

from functools import lru_cache, partial

from core.qr import LEVEL_M, LEVEL_Q, QUIET_MODULES, QrMatrix, draw_png, draw_svg, matrix_of
from traceability.digital_link import qr_segments
from traceability.qr_tables import QrTables, Shape, ShapeTables, shape_of
from traceability.seals import SEAL_LENGTH

__all__ = ["QUIET_MODULES", "QrMatrix", "is_sealed", "qr_matrix", "qr_png", "qr_svg", "qr_tables"]


def qr_matrix(url: str) -> QrMatrix:
    """The QR of an address."""
    return matrix_of(qr_segments(url), _level(url))


def qr_tables(url: str) -> QrTables:
    """For many addresses like `url`: their QR codes, the same as `qr_matrix` makes, hundreds of times faster."""
    return QrTables(_shape_tables(shape_of(qr_segments(url)), _level(url)), url)


def qr_svg(url: str, module_mm: float) -> str:
    """The QR as a drawing with its quiet zone. module_mm: side of a module in millimetres."""
    return draw_svg(qr_matrix(url), module_mm)


def qr_png(url: str, module_dots: int, dots_per_inch: int) -> bytes:
    """The QR as a black and white picture with its quiet zone. module_dots: side of a module in dots."""
    return draw_png(qr_matrix(url), module_dots, dots_per_inch)


def is_sealed(url: str) -> bool:
    """Whether a seal stands before the rest of the address: a first step of its length."""
    _host, _slash, path = url.partition("//")[2].partition("/")
    return len(path.partition("/")[0]) == SEAL_LENGTH


def _level(url: str) -> int:
    return LEVEL_M if is_sealed(url) else LEVEL_Q


# A few shapes only: the tables of sealed addresses take some twenty megabytes.
@lru_cache(maxsize=4)
def _shape_tables(shape: Shape, level: int) -> ShapeTables:
    return ShapeTables(partial(matrix_of, level=level))
