"""A trade buyer in the demonstration: a firm that does not exist, with a request that was answered and one that waits.

Its tax code begins with 00, which stands for no province, so that it is nobody's. Its paper says that it is none.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from accounts.models import User
from accounts.queries.actors import get_actor
from catalog.models import Variant
from catalog.operations.evidence import ReadPaper
from core.clock import vietnam_date
from core.db import db
from core.files import Storage
from promotion.models.trade import AccountState, FirmKind, TradeAccount
from promotion.operations.trade_accounts import AccountFacts, add_paper, judge_account, save_account
from promotion.operations.trade_quotations import send_quotation
from promotion.operations.trade_requests import AskedLine, RfqFacts, ask_for_quotation
from promotion.quotation_terms import Offer, OfferedLine
from storefront.demo.papers import Paper
from storefront.demo.trade import PROVINCE, owner_desk

FIRM: Final = "Bếp ăn trình diễn"
TAX_CODE: Final = "0012345009"
FIRM_PAPER: Final = Paper(
    what_vi="giấy đăng ký doanh nghiệp",
    what_en="business registration",
    title=FIRM,
    title_en="A kitchen made up for the demonstration",
    rows=(("Mã số thuế / Tax code", TAX_CODE),),
)
ASKED: Final = 120
OFFERED_PERCENT: Final = 92
"""Of the shop's price: what the producer asks of this buyer."""


def build_buyer(
    buyer: User, owner: User, administrator: User, paper: ReadPaper, *, files: Storage, now: datetime
) -> None:
    """Make it, its firm verified by `administrator`, `owner` answering. Runs in the caller's transaction."""
    account = _open(buyer, now)
    by = get_actor(buyer.id)
    add_paper(account, paper, FIRM_PAPER.title, by=by, files=files, now=now)
    reason = "Trình diễn: giấy tờ ghi rõ là không có thật."
    verified, seen = AccountState.VERIFIED.value, account.firm_digest()
    judge_account(account.id, verified, reason, seen=seen, by=get_actor(administrator.id), now=now)
    own = select(Variant).where(Variant.product.has(producer_id=owner_desk(owner)), Variant.price_vnd > 0)
    packs = db.session.scalars(own.where(Variant.withdrawn_at.is_(None)).order_by(Variant.id).limit(2)).all()
    for number, pack in enumerate(packs):
        facts = RfqFacts(
            key=f"demonstration-{number}",
            kind="goods",
            lines=(AskedLine(ASKED, pack.id),),
            wanted_on=vietnam_date(now) + timedelta(days=21),
            province_code=PROVINCE[0],
            delivery_place="3 đường Trình Diễn",
            note="",
        )
        (rfq, *_others) = ask_for_quotation(account, facts, by=by, now=now)
        if number == 0:
            send_quotation(rfq, _offer(pack, now), by=get_actor(owner.id), now=now)


def _open(buyer: User, now: datetime) -> TradeAccount:
    facts = AccountFacts(
        name=FIRM,
        kind=FirmKind.RESTAURANT,
        tax_code=TAX_CODE,
        province_code=PROVINCE[0],
        address="3 đường Trình Diễn",
        contact_name=buyer.name or FIRM,
        phone="0912000009",
        email="",
    )
    return save_account(facts, by=get_actor(buyer.id), now=now)


def _offer(pack: Variant, now: datetime) -> Offer:
    today, price_vnd = vietnam_date(now), (pack.price_vnd or 0) * OFFERED_PERCENT // 100
    return Offer(
        lines=(OfferedLine(pack.id, ASKED, price_vnd),),
        freight_vnd=300_000,
        discount_vnd=0,
        deposit_percent=30,
        deposit_vnd=None,
        valid_until_on=today + timedelta(days=30),
        ready_on=today + timedelta(days=14),
        cancel_until_on=None,
        terms="Dữ liệu trình diễn.",
    )
