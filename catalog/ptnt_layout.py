"""The register in the layout of the ministry's table PTNT_OCOP, which a province's own system reads.

Columns in their order and spelling. A cell is blank where nothing is on record: nothing is guessed, and turnover
(DoanhThuNam, million đồng, two decimals) is not known here at all. Words are Vietnamese whatever the reader's language.
Source: QĐ 5277/QĐ-BNNMT, table PTNT_OCOP, as used in a province's software (the decision itself was not read).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

COLUMNS: Final = (
    "MA_OCOP",
    "Ma_DonViHanhChinh",
    "Ma_ThoiGian",
    "Ma_SanPham",
    "TenSanPham",
    "XepHang",
    "ChuTheSXKD",
    "DoanhThuNam",
    "TrangThai",
)

STATE_WORDS: Final = {
    "in_force": "Còn hiệu lực",
    "renewal_due": "Còn hiệu lực",
    "last_days": "Còn hiệu lực",
    "awaiting_renewal": "Còn hiệu lực, đang đánh giá lại",
    "extended": "Đang đánh giá lại",
    "expired": "Hết hạn",
    "revoked": "Đã thu hồi",
    "incomplete": "Hồ sơ chưa đủ",
}


@dataclass(frozen=True, slots=True)
class PtntFacts:
    """What is on record of a product: stars and year of the recognition that speaks for it on the day of the file.

    unit_code: today's commune, else today's province. state: a `CertificationState` as text.
    """

    ocop_code: str | None
    unit_code: str | None
    decided_on: date | None
    recognised_year: int | None
    slug: str
    name: str
    stars: int | None
    producer: str | None
    state: str


def ptnt_row(facts: PtntFacts) -> tuple[str, ...]:
    """The cells of `facts` in the order of COLUMNS; a rank is written «4*», and not where the record is incomplete."""
    year = facts.decided_on.year if facts.decided_on else facts.recognised_year
    is_known = facts.stars is not None and facts.state != "incomplete"
    return (
        facts.ocop_code or "",
        facts.unit_code or "",
        str(year) if year else "",
        facts.slug,
        facts.name,
        f"{facts.stars}*" if is_known else "",
        facts.producer or "",
        "",
        STATE_WORDS.get(facts.state, ""),
    )
