"""A trade buyer's own pages: what is under way, the firm and its papers."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, signed_in
from catalog.errors import InvalidFactError
from catalog.operations.evidence import read_paper
from catalog.views.papers import files, page_answer
from core import clock
from core.db import transaction
from core.limits import rate_limited
from core.media.errors import InvalidMediaError
from core.places import list_provinces
from core.web.access import takes_files
from promotion.errors.trade import InvalidTradeError, TradeAccountError
from promotion.forms.trade import TypedForm, account_facts, kept
from promotion.models.trade import FirmKind, TradeAccount
from promotion.operations.trade_accounts import PAPERS_MAX, add_paper, save_account
from promotion.queries.trade_accounts import find_own_account, get_paper
from promotion.queries.trade_meetings import list_meetings_of
from promotion.queries.trade_requests import list_of_buyer
from promotion.views.trade_access import own_account


@signed_in
def overview() -> AnyResponse:
    """Requests, quotations, orders and meetings of the firm; first of all its account."""
    account = find_own_account(current_actor().user_id)
    if account is None:
        return redirect(url_for("trade.account"), 303)
    page = render_template(
        "trade/overview.html",
        account=account,
        requests=list_of_buyer(account.id, clock.today()),
        meetings=list_meetings_of(account.id),
        now=clock.now(),
    )
    return make_response(page)


@signed_in
def account() -> Response:
    """The firm as it stands, and the form for it."""
    return _account_page(TypedForm(), 200)


@signed_in
@rate_limited("20/hour")
def account_save() -> AnyResponse:
    """Open the account, or change it."""
    try:
        with transaction():
            save_account(account_facts(request.form), by=current_actor(), now=clock.now())
    except InvalidTradeError as error:
        wrong = (str(error.facts["field"]), str(error.facts["reason"]))
        return _account_page(TypedForm(kept(request.form), wrong), 422)
    except TradeAccountError as error:
        return _account_page(TypedForm(kept(request.form), ("name", str(error.facts["reason"]))), 409)
    return redirect(url_for("trade.account", saved=1), 303)


@signed_in
@rate_limited("20/hour")
@takes_files
def paper_create() -> AnyResponse:
    """Hand in a paper of the firm; it is read before anything is written."""
    actor, sent = current_actor(), request.files.get("paper")
    if find_own_account(actor.user_id) is None:
        return redirect(url_for("trade.account"), 303)
    content = sent.read() if sent is not None else b""
    try:
        paper = read_paper(content, files=files())
        with transaction():
            title = request.form.get("title", "").strip() or (sent.filename if sent else "") or "…"
            add_paper(own_account(), paper, title, by=actor, files=files(), now=clock.now())
    except InvalidMediaError as error:
        return _account_page(TypedForm(kept(request.form), ("paper", str(error.reason))), 422)
    except InvalidFactError as error:
        return _account_page(TypedForm(kept(request.form), ("title", str(error.facts["reason"]))), 422)
    except TradeAccountError as error:
        return _account_page(TypedForm(kept(request.form), ("paper", str(error.facts["reason"]))), 409)
    return redirect(url_for("trade.account", _anchor="papers"), 303)


@signed_in
def paper_page(paper_id: int, number: int) -> Response:
    """Our picture of a page of one's own paper."""
    return page_answer(get_paper(own_account(), paper_id).evidence, number)


def _account_page(form: TypedForm, status: int) -> Response:
    known = find_own_account(current_actor().user_id)
    page = render_template(
        "trade/account.html",
        account=known,
        typed=_as_typed(known) | dict(form.typed),
        wrong=form.wrong,
        kinds=list(FirmKind),
        provinces=[("", ""), *((each.code, each.name) for each in list_provinces())],
        papers_max=PAPERS_MAX,
        is_saved=request.args.get("saved") == "1",
    )
    return make_response(page, status)


def _as_typed(known: TradeAccount | None) -> dict[str, str]:
    if known is None:
        return {"contact_name": current_actor().name}
    names = ("name", "kind", "tax_code", "province_code", "address", "contact_name", "phone", "email")
    return {name: str(getattr(known, name) or "") for name in names}
