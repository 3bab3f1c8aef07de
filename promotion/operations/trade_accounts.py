"""Accounts of trade buyers: opened by a person for a firm, compared with its papers by the office, never by itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from stdnum.exceptions import ValidationError
from stdnum.vn import mst

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.errors import InvalidFactError
from catalog.operations.evidence import ReadPaper, keep_evidence
from catalog.operations.text_checks import optional_line, required_line
from catalog.phones import vietnamese_phone
from core.db import db
from core.files import Storage
from core.i18n import gettext as _
from core.places import list_provinces
from promotion.errors.trade import InvalidTradeError, TradeAccountError, TradeNotFoundError
from promotion.models.trade import AccountState, FirmKind, TradeAccount, TradeCheck, TradePaper
from promotion.operations.trade_news import tell_buyer

PAPERS_MAX: Final = 6
REASON_MAX: Final = 1_000
_JUDGED: Final = (AccountState.VERIFIED, AccountState.REFUSED, AccountState.SUSPENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """A firm as its buyer states it, as typed."""

    name: str
    kind: str
    tax_code: str
    province_code: str
    address: str
    contact_name: str
    phone: str
    email: str


def save_account(facts: AccountFacts, *, by: Actor, now: datetime) -> TradeAccount:
    """Open the account of the person's firm, or change it. Whatever changes the firm is compared with its papers anew.

    Raises InvalidTradeError (field, reason), TradeAccountError for one that is suspended; then nothing has changed.
    """
    checked = _checked(facts)
    account = _lock_own(by.user_id)
    while account is None:
        opened = _open(checked, by, now)
        if opened is not None:
            return opened
        account = _lock_own(by.user_id)  # of two who open it at once the second changes what the first opened
    if account.state == AccountState.SUSPENDED:
        raise TradeAccountError(state=account.state, reason="suspended")
    is_other_firm = any(getattr(account, name) != checked[name] for name in ("name", "kind", "tax_code"))
    for name, value in checked.items():
        setattr(account, name, value)
    if account.state == AccountState.REFUSED or (is_other_firm and account.state == AccountState.VERIFIED):
        account.state = AccountState.WAITS.value
        _note_check(account, AccountState.WAITS, None, by, now)
    db.session.flush()
    return account


def add_paper(
    account: TradeAccount, paper: ReadPaper, title: str, *, by: Actor, files: Storage, now: datetime
) -> TradePaper:
    """Hand a paper in that shows who the firm is; the same paper again is the same row.

    Raises TradeAccountError («too_many»), InvalidFactError for the title; then nothing has changed.
    """
    if len(account.papers) >= PAPERS_MAX:
        raise TradeAccountError(state=account.state, reason="too_many")
    evidence = keep_evidence(
        paper,
        title=title,
        producer_id=None,
        by=by,
        files=files,
        now=now,
        province_code=account.province_code,
        is_for_members=False,
    )
    known = db.session.scalar(select(TradePaper).where(TradePaper.evidence_id == evidence.id))
    if known is not None:
        return known
    made = TradePaper(account_id=account.id, evidence_id=evidence.id)
    db.session.add(made)
    db.session.flush()
    db.session.refresh(account, ["papers"])
    return made


def judge_account(account_id: int, state: str, reason: str, *, seen: str, by: Actor, now: datetime) -> bool:
    """Verify, refuse or suspend a trade buyer, and tell it why; whether that is new.

    reason: for «verified» how it was compared. seen: `firm_digest` of what was looked at. A suspended account keeps all
    that it did, and may be verified again.
    Raises InvalidTradeError without a reason or for another state, TradeAccountError for one's own account, one without
    papers (it may be refused) or one that is another firm than was looked at («changed»), TradeNotFoundError.
    """
    told = " ".join(reason.split())
    if state not in _JUDGED:
        raise InvalidTradeError(field="state", reason="unknown_choice")
    if not told or len(told) > REASON_MAX:
        raise InvalidTradeError(field="reason", reason="too_long" if told else "missing")
    account = db.session.get(TradeAccount, account_id, with_for_update=True, populate_existing=True)
    if account is None:
        raise TradeNotFoundError(account_id=account_id)
    if account.owner_id == by.user_id:
        raise TradeAccountError(state=account.state, reason="own")
    if account.state == state:
        return False
    db.session.expire(account, ["papers"])
    if account.firm_digest() != seen:
        raise TradeAccountError(state=account.state, reason="changed")
    if state == AccountState.VERIFIED and not account.papers:
        raise TradeAccountError(state=account.state, reason="no_papers")
    if state == AccountState.SUSPENDED and account.state != AccountState.VERIFIED:
        raise TradeAccountError(state=account.state, reason="not_verified")
    before, account.state = account.state, state
    _note_check(account, AccountState(state), told, by, now)
    record_act(
        "promotion.judge_trade_account",
        by=by,
        subject=f"trade_account:{account.id}",
        before={"state": before},
        after={"state": state},
        reason=told,
        province_code=account.province_code,
        now=now,
    )
    _tell(account, AccountState(state), told, now)
    return True


def require_verified(account: TradeAccount) -> None:
    """Raises TradeAccountError unless the office has verified the firm."""
    if account.state != AccountState.VERIFIED:
        raise TradeAccountError(state=account.state, reason="not_verified")


def _open(checked: dict[str, str | None], by: Actor, now: datetime) -> TradeAccount | None:
    """A new account; None where the person has one by now."""
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    made = of_dialect.insert(TradeAccount).values(
        owner_id=by.user_id, opened_at=now, state=AccountState.WAITS.value, **checked
    )
    number = db.session.scalar(
        made.on_conflict_do_nothing(index_elements=["owner_id"]).returning(TradeAccount.id)
    )
    if number is None:
        return None
    account = db.session.get_one(TradeAccount, number)
    _note_check(account, AccountState.WAITS, None, by, now)
    return account


def _lock_own(user_id: int) -> TradeAccount | None:
    own = select(TradeAccount).where(TradeAccount.owner_id == user_id)
    return db.session.scalar(own.with_for_update().execution_options(populate_existing=True))


def _note_check(
    account: TradeAccount, state: AccountState, reason: str | None, by: Actor, now: datetime
) -> None:
    db.session.add(
        TradeCheck(account_id=account.id, state=state.value, reason=reason, by_id=by.user_id, checked_at=now)
    )
    db.session.flush()
    db.session.expire(account, ["checks"])


def _checked(facts: AccountFacts) -> dict[str, str | None]:
    try:
        values: dict[str, str | None] = {
            "name": required_line("name", facts.name),
            "address": required_line("address", facts.address),
            "contact_name": required_line("contact_name", facts.contact_name, 100),
            "phone": vietnamese_phone("phone", facts.phone),
            "email": optional_line("email", facts.email, 254),
        }
    except InvalidFactError as error:
        raise InvalidTradeError(field=error.facts["field"], reason=str(error.facts["reason"])) from None
    if facts.kind not in set(FirmKind):
        raise InvalidTradeError(field="kind", reason="unknown_choice")
    if facts.province_code not in {province.code for province in list_provinces()}:
        raise InvalidTradeError(field="province_code", reason="unknown_choice")
    email = values["email"]
    if email and (email.count("@") != 1 or " " in email or email[0] == "@" or email[-1] == "@"):
        raise InvalidTradeError(field="email", reason="not_an_address")
    return values | {
        "kind": str(facts.kind),
        "province_code": facts.province_code,
        "tax_code": _tax_code(facts.tax_code),
    }


def _tax_code(text: str) -> str:
    """The tax code as it is written officially. Its check digit is judged, not whether it is in use."""
    try:
        return str(mst.format(mst.validate(text)))
    except ValidationError:
        raise InvalidTradeError(field="tax_code", reason="wrong_check_digit") from None


def _tell(account: TradeAccount, state: AccountState, reason: str, now: datetime) -> None:
    def words() -> tuple[str, str]:
        if state is AccountState.VERIFIED:
            return _("Your trade account is verified"), _(
                "%(firm)s is verified as a trade buyer. You now see trade prices and can ask for quotations.",
                firm=account.name,
            )
        if state is AccountState.REFUSED:
            return _("Your trade account was not verified"), _(
                "%(firm)s was not verified as a trade buyer: %(reason)s. Correct it and hand it in again.",
                firm=account.name,
                reason=reason,
            )
        return _("Your trade account is suspended"), _(
            "The trade account of %(firm)s is suspended: %(reason)s.", firm=account.name, reason=reason
        )

    tell_buyer(account, words, now=now)
