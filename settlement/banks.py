"""Banks of Vietnam that take transfers through NAPAS, by the six digits that name them there. Pure.

Source: the list of member banks that NAPAS and VietQR publish («BIN»); names are the short ones that people know.
"""

from typing import Final

BANKS: Final = {
    "970405": "Agribank",
    "970436": "Vietcombank",
    "970415": "VietinBank",
    "970418": "BIDV",
    "970422": "MB Bank",
    "970407": "Techcombank",
    "970416": "ACB",
    "970432": "VPBank",
    "970423": "TPBank",
    "970403": "Sacombank",
    "970437": "HDBank",
    "970441": "VIB",
    "970443": "SHB",
    "970431": "Eximbank",
    "970426": "MSB",
    "970448": "OCB",
    "970440": "SeABank",
    "970449": "LPBank",
    "970429": "SCB",
    "970428": "Nam A Bank",
    "970438": "BaoViet Bank",
    "970425": "ABBANK",
    "970412": "PVcomBank",
    "970409": "Bac A Bank",
    "970419": "NCB",
    "970427": "VietABank",
    "970433": "VietBank",
    "970452": "KienlongBank",
    "970454": "BVBank",
    "970400": "SaigonBank",
    "970430": "PGBank",
    "970446": "Co-opBank",
    "970414": "MBV",
    "970408": "GPBank",
    "970444": "VCBNeo",
    "970406": "Vikki Bank",
    "970424": "Shinhan Bank",
    "970457": "Woori Bank",
    "546034": "CAKE",
    "963388": "Timo",
}
