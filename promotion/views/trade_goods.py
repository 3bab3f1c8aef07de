"""What a trade buyer looks through, and the request for quotation that follows from it."""

from uuid import uuid4

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, signed_in
from catalog.groups import GROUPS
from core import clock
from core.db import transaction
from core.limits import rate_limited
from core.places import list_provinces
from core.text import clean_line
from promotion.errors.trade import InvalidTradeError, TradeAccountError
from promotion.forms.trade import WORD_ROWS, TypedForm, chosen_numbers, kept, rfq_facts
from promotion.models.trade import AccountState
from promotion.operations.trade_requests import ask_for_quotation
from promotion.queries.trade_accounts import find_own_account, is_verified
from promotion.queries.trade_catalogue import GoodsCriteria, get_packs, list_trade_goods

WORDS_MAX = 80


@signed_in
def goods() -> Response:
    """Goods with trade prices: by words, group and province."""
    given = request.args
    number = given.get("group", "")
    criteria = GoodsCriteria(
        words=clean_line(given.get("q", ""))[:WORDS_MAX],
        province_code=given.get("province", "")[:2],
        group_no=int(number) if number in {str(each.number) for each in GROUPS} else None,
        page=int(given["page"]) if given.get("page", "").isdecimal() and len(given["page"]) < 5 else 1,
    )
    user_id = current_actor().user_id
    may_see = is_verified(user_id)
    page = render_template(
        "trade/goods.html",
        criteria=criteria,
        page=list_trade_goods(criteria, is_verified=may_see, on=clock.today()),
        is_verified=may_see,
        groups=GROUPS,
        provinces=list_provinces(),
    )
    return make_response(page)


@signed_in
def request_new() -> AnyResponse:
    """The form of a request for the packs that were chosen."""
    numbers = chosen_numbers(request.args.getlist("variant"))
    return _form_page(numbers, TypedForm({"kind": request.args.get("kind", "goods")[:10]}), 200)


@signed_in
@rate_limited("60/hour")
def request_create() -> AnyResponse:
    """Ask for quotations: one request for each producer."""
    numbers = chosen_numbers(request.form.getlist("variant"))
    packs = get_packs(numbers, is_verified=True, on=clock.today())
    producers = [pack.variant.product.producer_id for pack in packs]
    producer_id = next((each for each in chosen_numbers([request.form.get("producer", "")])), None)
    facts = rfq_facts(request.form, numbers, producer_id if producer_id in producers else None)
    account = find_own_account(current_actor().user_id)
    if account is None:
        return redirect(url_for("trade.account"), 303)
    try:
        with transaction():
            made = ask_for_quotation(account, facts, by=current_actor(), now=clock.now())
            first = made[0].id
            count = len(made)
    except InvalidTradeError as error:
        wrong = (str(error.facts["field"]), str(error.facts["reason"]))
        return _form_page(numbers, TypedForm(kept(request.form), wrong), 422)
    except TradeAccountError as error:
        return _form_page(numbers, TypedForm(kept(request.form), ("lines", str(error.facts["reason"]))), 409)
    if count == 1:
        return redirect(url_for("trade.rfq", rfq_id=first), 303)
    return redirect(url_for("trade.overview"), 303)


def _form_page(numbers: list[int], form: TypedForm, status: int) -> AnyResponse:
    account = find_own_account(current_actor().user_id)
    may_see = account is not None and account.state == AccountState.VERIFIED
    packs = get_packs(numbers, is_verified=may_see, on=clock.today())
    if not packs:
        return redirect(url_for("trade.goods"), 303)  # nothing was chosen, or it is sold no more
    sellers = {
        pack.variant.product.producer.id: pack.variant.product.producer
        for pack in packs
        if pack.variant.product.producer
    }
    page = render_template(
        "trade/request_new.html",
        account=account,
        is_verified=may_see,
        packs=packs,
        sellers=list(sellers.values()),
        typed=form.typed,
        wrong=form.wrong,
        key=form.typed.get("key") or str(uuid4()),
        word_rows=WORD_ROWS,
        provinces=[("", ""), *((each.code, each.name) for each in list_provinces())],
        today=clock.today(),
    )
    return make_response(page, status)
