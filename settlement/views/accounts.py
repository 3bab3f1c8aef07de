"""Where a producer's money goes: the accounts named so far, and naming another."""

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.errors import NotYoursError
from catalog.permissions.workspace import can_enter_workspace
from core import clock
from core.config import Settings
from core.db import transaction
from core.limits import rate_limited
from orders.banks import BANKS
from settlement.errors import FactorNeededError, InvalidAccountError, NamingWaitsError
from settlement.operations.accounts import AccountFacts, add_account, stop_account
from settlement.permissions import can_change_account
from settlement.queries.due import find_account, list_accounts
from settlement.queries.naming import HOLD, find_naming_from
from settlement.views.money import Purse, purse_of

TYPED_MAX = 120


@needs(can_enter_workspace)
def bank_accounts(producer_id: int) -> Response:
    """The accounts of the producer, and a form for another."""
    return _page(purse_of(producer_id), 200)


@needs(can_enter_workspace, confirmed=True)
@rate_limited("10/hour")
def bank_account_create(producer_id: int) -> AnyResponse:
    """Name another account. It is used after three days."""
    purse = _owners_purse(producer_id)
    facts = AccountFacts(
        request.form.get("bank_bin", "")[:10],
        request.form.get("number", "")[:TYPED_MAX],
        request.form.get("holder_name", "")[:TYPED_MAX],
    )
    settings: Settings = current_app.extensions["settings"]
    try:
        with transaction():
            add_account(purse.producer, facts, settings.keys, by=purse.actor, now=clock.now())
    except (FactorNeededError, NamingWaitsError):
        return _page(purse_of(producer_id), 409, facts=facts, error=("main", "factor"))
    except InvalidAccountError as error:
        wrong = (str(error.facts["field"]), str(error.facts["reason"]))
        return _page(purse_of(producer_id), 422, facts=facts, error=wrong)
    return redirect(url_for("money.bank_accounts", producer_id=producer_id), 303)


@needs(can_enter_workspace)
def bank_account_stop_create(producer_id: int, account_id: int) -> AnyResponse:
    """Let an account be used no more. No fresh proof is asked: who sees a thief at work must be quick."""
    purse = _owners_purse(producer_id)
    with transaction():
        stop_account(account_id, producer_id, by=purse.actor, now=clock.now())
    return redirect(url_for("money.bank_accounts", producer_id=producer_id), 303)


def _owners_purse(producer_id: int) -> Purse:
    if not can_change_account(current_actor(), producer_id):
        raise NotYoursError(producer_id=producer_id)
    return purse_of(producer_id)


def _page(
    purse: Purse, status: int, *, facts: AccountFacts | None = None, error: tuple[str, str] | None = None
) -> Response:
    now = clock.now()
    page = render_template(
        "settlement/bank_accounts.html",
        producer=purse.producer,
        purse=purse,
        accounts=list_accounts(purse.producer.id),
        present=find_account(purse.producer.id, now),
        now=now,
        is_fresh=purse.actor.is_confirmed(now),
        banks=sorted(((bin_, names[0]) for bin_, names in BANKS.items()), key=lambda pair: pair[1].lower()),
        naming_from=find_naming_from(purse.producer.id, purse.actor.user_id),
        hold_hours=int(HOLD.total_seconds() // 3600),
        facts=facts or AccountFacts("", "", ""),
        error=error,
    )
    return make_response(page, status)
