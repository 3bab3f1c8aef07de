"""Accounts of trade buyers: one's own, and those that an officer may judge."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import selectinload

from accounts.actors import Actor
from core.db import ID_MAX, db
from promotion.errors.trade import TradeNotFoundError
from promotion.models.trade import AccountState, TradeAccount, TradePaper
from promotion.permissions.trade import DECIDING, can_verify_buyer

LISTED_MAX = 200


def find_own_account(user_id: int) -> TradeAccount | None:
    """The account of the person's firm, None before it was opened."""
    return db.session.scalar(select(TradeAccount).where(TradeAccount.owner_id == user_id))


def get_own_account(user_id: int) -> TradeAccount:
    """The account of the person's firm. Raises TradeNotFoundError."""
    account = find_own_account(user_id)
    if account is None:
        raise TradeNotFoundError
    return account


def is_verified(user_id: int | None) -> bool:
    """Whether the person buys for a firm that the office verified."""
    if user_id is None:
        return False
    verified = select(TradeAccount.id).where(
        TradeAccount.owner_id == user_id, TradeAccount.state == AccountState.VERIFIED.value
    )
    return db.session.scalar(verified) is not None


def list_accounts(actor: Actor, state: str = "") -> Sequence[TradeAccount]:
    """Accounts that the person may judge, those that wait first, then the newest; at most 200."""
    wanted = select(TradeAccount).where(_in_area(actor)).options(selectinload(TradeAccount.papers))
    if state:
        wanted = wanted.where(TradeAccount.state == state)
    waits_first = (TradeAccount.state != AccountState.WAITS.value, TradeAccount.id.desc())
    return db.session.scalars(wanted.order_by(*waits_first).limit(LISTED_MAX)).all()


def count_waiting_accounts(actor: Actor) -> int:
    """How many accounts with papers wait for a decision that the person may make."""
    waits = TradeAccount.state == AccountState.WAITS.value
    has_papers = select(TradePaper.id).where(TradePaper.account_id == TradeAccount.id).exists()
    counted = select(func.count(TradeAccount.id)).where(_in_area(actor), waits, has_papers)
    return db.session.scalar(counted) or 0


def get_account_to_judge(actor: Actor, account_id: int) -> TradeAccount:
    """Raises TradeNotFoundError, also for one of a province that is not the officer's."""
    account = db.session.get(TradeAccount, account_id) if account_id <= ID_MAX else None
    if account is None or not can_verify_buyer(actor, account.province_code):
        raise TradeNotFoundError(account_id=account_id)
    return account


def get_paper(account: TradeAccount, paper_id: int) -> TradePaper:
    """A paper of the account. Raises TradeNotFoundError."""
    found = next((paper for paper in account.papers if paper.id == paper_id), None)
    if found is None:
        raise TradeNotFoundError(paper_id=paper_id)
    return found


def _in_area(actor: Actor) -> ColumnElement[bool]:
    deciding = [post for post in actor.posts if post.level in DECIDING]
    if actor.is_administrator or any(post.level == "nation" for post in deciding):
        return true()
    return TradeAccount.province_code.in_([post.province_code for post in deciding])
