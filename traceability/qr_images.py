"""QR codes of printed addresses: two segments (bytes for the scheme, alphanumeric for the rest), level Q.

Every address of a run has the same length and so the same version, which is found once.
Sources: ISO/IEC 18004:2015, 7.4 and 7.8; traceability design 4.1 and 4.9.
"""

from core.qr import QUIET_MODULES, QrMatrix, draw_png, draw_svg, matrix_of
from traceability.digital_link import qr_segments

__all__ = ["QUIET_MODULES", "QrMatrix", "qr_matrix", "qr_png", "qr_svg"]


def qr_matrix(url: str) -> QrMatrix:
    """The QR of an address."""
    return matrix_of(tuple(qr_segments(url)))


def qr_svg(url: str, module_mm: float) -> str:
    """The QR as a drawing with its quiet zone. module_mm: side of a module in millimetres."""
    return draw_svg(qr_matrix(url), module_mm)


def qr_png(url: str, module_dots: int, dots_per_inch: int) -> bytes:
    """The QR as a black and white picture with its quiet zone. module_dots: side of a module in dots."""
    return draw_png(qr_matrix(url), module_dots, dots_per_inch)
