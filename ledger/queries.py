"""What the accounts hold."""

from sqlalchemy import func, select

from core.db import db
from ledger.chart import DEBIT_KINDS, AccountKind
from ledger.models import Account, Posting


def get_balance_vnd(kind: AccountKind, holder: str = "") -> int:
    """What the account holds, counted on the side on which it grows; 0 for one that nothing was posted to."""
    account_id = db.session.scalar(
        select(Account.id).where(Account.kind == kind.value, Account.holder == holder)
    )
    if account_id is None:
        return 0
    debits, credits_ = (
        db.session.scalar(select(func.coalesce(func.sum(Posting.amount_vnd), 0)).where(side == account_id))
        for side in (Posting.debit_id, Posting.credit_id)
    )
    balance = int(debits or 0) - int(credits_ or 0)
    return balance if kind in DEBIT_KINDS else -balance
