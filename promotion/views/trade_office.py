"""Trade buyers before officers: compared with their papers, verified, refused or suspended, with a reason."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.operations.audit import record_act
from catalog.views.papers import original_answer, page_answer
from core import clock
from core.db import transaction
from promotion.errors.trade import InvalidTradeError, TradeAccountError
from promotion.models.trade import AccountState
from promotion.operations.trade_accounts import judge_account
from promotion.permissions.trade import can_verify_buyers
from promotion.queries.trade_accounts import get_account_to_judge, get_paper, list_accounts
from promotion.queries.trade_parties import province_name


@needs(can_verify_buyers)
def trade_accounts() -> str:
    """The accounts of one's area, those that wait first."""
    state = request.args.get("state", "")
    chosen = state if state in set(AccountState) else ""
    return render_template(
        "promotion_office/trade_accounts.html",
        accounts=list_accounts(current_actor(), chosen),
        states=list(AccountState),
        state=chosen,
    )


@needs(can_verify_buyers)
def trade_account(account_id: int) -> Response:
    """One account with its papers and what was decided so far."""
    return _page(account_id, "", 200)


@needs(can_verify_buyers)
def trade_check_create(account_id: int) -> AnyResponse:
    """Verify, refuse or suspend."""
    actor = current_actor()
    get_account_to_judge(actor, account_id)
    state, reason, seen = (request.form.get(name, "") for name in ("state", "reason", "seen"))
    try:
        with transaction():
            judge_account(account_id, state, reason, seen=seen, by=actor, now=clock.now())
    except InvalidTradeError as error:
        return _page(account_id, str(error.facts["reason"]), 422)
    except TradeAccountError as error:
        return _page(account_id, str(error.facts["reason"]), 409)
    return redirect(url_for("promotion_office.trade_account", account_id=account_id), 303)


@needs(can_verify_buyers)
def trade_paper_page(account_id: int, paper_id: int, number: int) -> Response:
    """Our picture of a page of a paper."""
    return page_answer(
        get_paper(get_account_to_judge(current_actor(), account_id), paper_id).evidence, number
    )


@needs(can_verify_buyers)
def trade_paper_original(account_id: int, paper_id: int) -> Response:
    """The file itself, to be looked at with care. Who took it is noted."""
    actor = current_actor()
    account = get_account_to_judge(actor, account_id)
    evidence = get_paper(account, paper_id).evidence
    answer = original_answer(evidence)
    with transaction():
        record_act(
            "catalog.take_original",
            by=actor,
            subject=f"evidence:{evidence.id}",
            province_code=account.province_code,
            now=clock.now(),
        )
    return answer


def _page(account_id: int, fault: str, status: int) -> Response:
    account = get_account_to_judge(current_actor(), account_id)
    page = render_template(
        "promotion_office/trade_account.html",
        account=account,
        province=province_name(account.province_code),
        fault=fault,
        typed=request.form,
    )
    return make_response(page, status)
