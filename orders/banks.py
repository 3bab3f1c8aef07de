"""Banks of Vietnam that take transfers by VietQR: the six digits that name each, and what people call it. Pure.

Source: NAPAS, list of member banks of the fast transfer service 247 (bank identification numbers), as handed out by
api.vietqr.io/v2/banks; docs/payments.md. A bank that is missing can be used all the same: by its six digits.
"""

from typing import Final

BANKS: Final[dict[str, tuple[str, str]]] = {
    "970405": ("Agribank", "Ngân hàng Nông nghiệp và Phát triển Nông thôn Việt Nam"),
    "970415": ("VietinBank", "Ngân hàng TMCP Công thương Việt Nam"),
    "970436": ("Vietcombank", "Ngân hàng TMCP Ngoại thương Việt Nam"),
    "970418": ("BIDV", "Ngân hàng TMCP Đầu tư và Phát triển Việt Nam"),
    "970407": ("Techcombank", "Ngân hàng TMCP Kỹ thương Việt Nam"),
    "970422": ("MB Bank", "Ngân hàng TMCP Quân đội"),
    "970416": ("ACB", "Ngân hàng TMCP Á Châu"),
    "970432": ("VPBank", "Ngân hàng TMCP Việt Nam Thịnh Vượng"),
    "970423": ("TPBank", "Ngân hàng TMCP Tiên Phong"),
    "970403": ("Sacombank", "Ngân hàng TMCP Sài Gòn Thương Tín"),
    "970437": ("HDBank", "Ngân hàng TMCP Phát triển Thành phố Hồ Chí Minh"),
    "970449": ("LPBank", "Ngân hàng TMCP Lộc Phát Việt Nam"),
    "970441": ("VIB", "Ngân hàng TMCP Quốc tế Việt Nam"),
    "970443": ("SHB", "Ngân hàng TMCP Sài Gòn - Hà Nội"),
    "970431": ("Eximbank", "Ngân hàng TMCP Xuất Nhập khẩu Việt Nam"),
    "970426": ("MSB", "Ngân hàng TMCP Hàng hải Việt Nam"),
    "970448": ("OCB", "Ngân hàng TMCP Phương Đông"),
    "970440": ("SeABank", "Ngân hàng TMCP Đông Nam Á"),
    "970429": ("SCB", "Ngân hàng TMCP Sài Gòn"),
    "970425": ("ABBank", "Ngân hàng TMCP An Bình"),
    "970428": ("Nam A Bank", "Ngân hàng TMCP Nam Á"),
    "970419": ("NCB", "Ngân hàng TMCP Quốc Dân"),
    "970427": ("VietABank", "Ngân hàng TMCP Việt Á"),
    "970454": ("BVBank", "Ngân hàng TMCP Bản Việt"),
    "970409": ("Bac A Bank", "Ngân hàng TMCP Bắc Á"),
    "970412": ("PVcomBank", "Ngân hàng TMCP Đại chúng Việt Nam"),
    "970452": ("KienlongBank", "Ngân hàng TMCP Kiên Long"),
    "970438": ("BaoViet Bank", "Ngân hàng TMCP Bảo Việt"),
    "970433": ("VietBank", "Ngân hàng TMCP Việt Nam Thương Tín"),
    "970430": ("PGBank", "Ngân hàng TMCP Thịnh vượng và Phát triển"),
    "970400": ("SaigonBank", "Ngân hàng TMCP Sài Gòn Công thương"),
    "970446": ("Co-opBank", "Ngân hàng Hợp tác xã Việt Nam"),
    "970406": ("DongA Bank", "Ngân hàng TMCP Đông Á"),
    "970408": ("GPBank", "Ngân hàng Thương mại TNHH MTV Dầu khí Toàn cầu"),
    "970444": ("CBBank", "Ngân hàng Thương mại TNHH MTV Xây dựng Việt Nam"),
    "970414": ("OceanBank", "Ngân hàng Thương mại TNHH MTV Đại Dương"),
    "970421": ("VRB", "Ngân hàng Liên doanh Việt - Nga"),
    "970434": ("Indovina Bank", "Ngân hàng TNHH Indovina"),
    "970424": ("Shinhan Bank", "Ngân hàng TNHH MTV Shinhan Việt Nam"),
    "970457": ("Woori Bank", "Ngân hàng TNHH MTV Woori Việt Nam"),
    "970439": ("Public Bank", "Ngân hàng TNHH MTV Public Việt Nam"),
    "970442": ("Hong Leong Bank", "Ngân hàng TNHH MTV Hong Leong Việt Nam"),
    "970458": ("UOB", "Ngân hàng TNHH MTV United Overseas Bank Việt Nam"),
    "970410": ("Standard Chartered", "Ngân hàng TNHH MTV Standard Chartered Việt Nam"),
    "546034": ("CAKE", "Ngân hàng số CAKE by VPBank"),
    "546035": ("Ubank", "Ngân hàng số Ubank by VPBank"),
    "963388": ("Timo", "Ngân hàng số Timo by BVBank"),
    "971005": ("ViettelMoney", "Tổng Công ty Dịch vụ số Viettel"),
    "971011": ("VNPT Money", "VNPT Money"),
    "422589": ("CIMB", "Ngân hàng TNHH MTV CIMB Việt Nam"),
    "458761": ("HSBC", "Ngân hàng TNHH MTV HSBC Việt Nam"),
    "668888": ("KBank", "Ngân hàng Đại chúng TNHH Kasikornbank"),
    "999888": ("VBSP", "Ngân hàng Chính sách xã hội"),
}
"""By the six digits: the short name on the card, and the name in full."""


def bank_name(bank_bin: str) -> str:
    """What people call the bank; its six digits if it is none that we know."""
    return BANKS[bank_bin][0] if bank_bin in BANKS else bank_bin


def is_account_number(text: str) -> bool:
    """Whether `text` may be the number of an account: 4 to 19 digits or Latin capitals."""
    return 4 <= len(text) <= 19 and text.isascii() and text.isalnum() and text == text.upper()
