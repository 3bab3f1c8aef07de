"""Every kind of page, and one address of each in the demonstration."""

from dataclasses import dataclass
from datetime import timedelta

from core import clock
from traceability.verdicts import Verdict

PRODUCT = "nuoc-mam-song-ke-40-do-dam"
SERVICE = "nha-san-suoi-mo-mot-dem-va-bua-com-gia-dinh"
LAPSED = "nuoc-mam-ha-tho-bep-khoi"
IN_REGISTER = "tra-tom-non-huong-que"
# The address of a fair bears the year in which it begins: one day ago, and forty.
FAIR, FAIR_OVER = (
    f"{name}-{clock.today() - timedelta(days=days):%Y}"
    for name, days in (("phien-cho-trinh-dien", 1), ("hoi-nghi-trinh-dien", 40))
)
PRODUCER = "cong-ty-tnhh-trinh-dien-nha-thung-song-ke"

REACHABLE = (
    Verdict.VALID_FIRST,
    Verdict.VALID_AGAIN,
    Verdict.LOT_CODE,
    Verdict.RANK_LAPSED,
    Verdict.NOT_ACTIVATED,
    Verdict.PAST_DATE,
    Verdict.RECALLED,
    Verdict.WITHDRAWN,
    Verdict.UNKNOWN,
    Verdict.MISTYPED,
)
STATUS_OF_VERDICT = {Verdict.UNKNOWN: 404, Verdict.MISTYPED: 404, Verdict.WITHDRAWN: 410}


@dataclass(frozen=True, slots=True)
class PageKind:
    """path: without the language. sets_cookie: a page with a form sets the cookie that proves it is ours."""

    name: str
    path: str
    status: int = 200
    sets_cookie: bool = False


PLAIN_KINDS = (
    PageKind("home", "/"),
    PageKind("listing", "/products"),
    PageKind("listing, second page", "/products?page=2"),
    PageKind("listing, no such page", "/products?page=99"),
    PageKind("search", "/products?q=nuoc+mam"),
    PageKind("search, filtered", "/products?q=nuoc+mam&stars=5&stars=3&availability=in_stock"),
    PageKind("search, old place", "/products?q=B%C3%ACnh+D%C6%B0%C6%A1ng"),
    PageKind("search, misspelt", "/products?q=nuoc+mawm"),
    PageKind("nothing found", "/products?q=xyzzyq"),
    PageKind("nothing found, filtered", "/products?q=nuoc+mam&stars=5&province=lai-chau"),
    PageKind("product", f"/products/{PRODUCT}"),
    PageKind("product, service", f"/products/{SERVICE}"),
    PageKind("product, lapsed", f"/products/{LAPSED}"),
    PageKind("product, in register", f"/products/{IN_REGISTER}"),
    PageKind("producers", "/producers"),
    PageKind("producer", f"/producers/{PRODUCER}"),
    PageKind("places", "/places"),
    PageKind("province", "/places/dak-lak"),
    PageKind("old province", "/places/binh-duong"),
    PageKind("commune", "/places/phuong-ha-tien-30769"),
    PageKind("group", "/groups/food"),
    PageKind("group, services", "/groups/tourism"),
    PageKind("inquiry", f"/products/{PRODUCT}/inquiries", sets_cookie=True),
    PageKind("inquiry, sent", f"/products/{PRODUCT}/inquiries/sent"),
    PageKind("about", "/about"),
    PageKind("help", "/help"),
    PageKind("privacy", "/privacy"),
    PageKind("terms", "/terms"),
    PageKind("returns policy", "/returns-policy"),
    PageKind("complaints", "/complaints", sets_cookie=True),
    PageKind("checkout, nothing placed", "/checkout/status/22222222-2222-4222-8222-222222222222"),
    PageKind("orders, lookup", "/orders", sets_cookie=True),
    PageKind("order not found", f"/orders/{'A' * 32}", 404),
    PageKind("reviews, none", f"/products/{PRODUCT}/reviews"),
    PageKind("basket, empty", "/cart"),
    PageKind("hampers, none", "/hampers"),
    PageKind("points of sale", "/points"),
    PageKind("point not found", "/points/nowhere", 404),
    PageKind("short link that leads nowhere", "/s/00000000", 404),
    PageKind("hamper not found", "/hampers/nowhere", 404),
    PageKind("campaigns", "/campaigns"),
    PageKind("campaign not found", "/campaigns/nowhere", 404),
    PageKind("collections", "/collections"),
    PageKind("collection not found", "/collections/nowhere", 404),
    PageKind("live session not found", "/live/nowhere", 404),
    PageKind("fairs", "/fairs"),
    PageKind("fairs, past", "/fairs?when=past"),
    PageKind("fairs, none such", "/fairs?kind=live_session"),
    PageKind("fair", f"/fairs/{FAIR}"),
    PageKind("fair, narrowed", f"/fairs/{FAIR}?province=lao-cai&stars=4"),
    PageKind("fair, over", f"/fairs/{FAIR_OVER}"),
    PageKind("booth at a fair", f"/fairs/{FAIR}/booths/A1"),
    PageKind("fair not found", "/fairs/nowhere", 404),
    PageKind("booth counter", "/booth"),
    PageKind("components", "/components"),
    PageKind("open data", "/open-data"),
    PageKind("public log", "/log"),
    PageKind("public log, entry", "/log/0"),
    PageKind("public log, witnesses", "/log/witnesses"),
    PageKind("public log, no such entry", "/log/999999", 404),
    PageKind("scan", "/scan"),
    PageKind("lists for use without a network", "/packs"),
    PageKind("no network", "/offline"),
    PageKind("no network, stamp", "/offline/stamp"),
    PageKind("scan, no code", "/scan?code=", 422),
    PageKind("scan, foreign host", "/scan?code=https%3A%2F%2Fevil.example%2FT%2FABC", 422),
    PageKind("lot", "/01/09520000000059/10/T12-40"),
    PageKind("link with a wrong digit", "/01/09520000000058", 400),
    PageKind("link without that type", "/01/09520000000059?linkType=gs1:nutritionalInfo", 404),
    PageKind("page not found", "/nowhere", 404),
    PageKind("product not found", "/products/nowhere", 404),
    PageKind("producer not found", "/producers/nowhere", 404),
    PageKind("place not found", "/places/nowhere", 404),
    PageKind("group not found", "/groups/nowhere", 404),
    PageKind("document not found", f"/documents/{'0' * 64}", 404),
    PageKind("link not found", "/01/09520000000059/10/NOWHERE", 404),
)
STAMP_KINDS = tuple(
    PageKind(verdict.value, f"{{{verdict.value}}}", STATUS_OF_VERDICT.get(verdict, 200))
    for verdict in REACHABLE
)
REPORT_KINDS = (
    PageKind("report", "{valid_again}/report", sets_cookie=True),
    PageKind("opening", "{valid_again}/opening", sets_cookie=True),
)
PAGE_KINDS = PLAIN_KINDS + STAMP_KINDS + REPORT_KINDS
EMPTY_MARKET_KINDS = (
    PageKind("empty market, home", "/"),
    PageKind("empty market, listing", "/products"),
    PageKind("empty market, producers", "/producers"),
    PageKind("empty market, group", "/groups/food"),
    PageKind("empty market, fairs", "/fairs"),
)
