"""A producer's price ladders."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from core import clock
from core.db import transaction
from promotion.errors.trade import InvalidTradeError
from promotion.forms.trade import STEP_ROWS, TypedForm, kept, ladder_facts
from promotion.operations.trade_ladders import set_ladder
from promotion.permissions.trade import can_enter_trade_desk
from promotion.queries.trade_ladders import VariantLadders, get_own_pack, list_variant_ladders
from promotion.views.trade_access import TradeDesk, trade_desk


@needs(can_enter_trade_desk)
def ladders(producer_id: int) -> str:
    """Every pack with the ladder that counts, and those to come."""
    desk = trade_desk(producer_id)
    return render_template(
        "trade_desk/ladders.html",
        producer=desk.producer,
        packs=list_variant_ladders(producer_id, clock.today()),
    )


@needs(can_enter_trade_desk)
def ladder(producer_id: int, variant_id: int) -> Response:
    """The form of a ladder, filled in with the one that counts."""
    return _page(trade_desk(producer_id), variant_id, TypedForm(), 200)


@needs(can_enter_trade_desk)
def ladder_create(producer_id: int, variant_id: int) -> AnyResponse:
    """Let a new ladder count from its first day on."""
    desk = trade_desk(producer_id)
    try:
        with transaction():
            variant = get_own_pack(producer_id, variant_id)
            set_ladder(variant, ladder_facts(request.form), by=desk.actor, now=clock.now())
    except InvalidTradeError as error:
        wrong = ("ladder", str(error.facts["reason"]))
        return _page(desk, variant_id, TypedForm(kept(request.form), wrong), 422)
    return redirect(url_for("trade_desk.ladders", producer_id=producer_id), 303)


def _page(desk: TradeDesk, variant_id: int, form: TypedForm, status: int) -> Response:
    variant = get_own_pack(desk.producer.id, variant_id)
    known = next(
        each
        for each in list_variant_ladders(desk.producer.id, clock.today())
        if each.variant.id == variant.id
    )
    page = render_template(
        "trade_desk/ladder.html",
        producer=desk.producer,
        pack=known,
        typed=form.typed or _as_typed(known),
        wrong=form.wrong,
        rows=range(1, STEP_ROWS + 1),
        today=clock.today(),
    )
    return make_response(page, status)


def _as_typed(known: VariantLadders) -> dict[str, str]:
    typed = {"valid_from_on": clock.today().isoformat()}
    present = known.present
    if present is None:
        return typed
    for row, step in enumerate(present.steps, 1):
        typed |= {f"from-{row}": str(step.from_quantity), f"price-{row}": str(step.price_vnd)}
    return typed | {
        "minimum_quantity": str(present.minimum_quantity),
        "lead_days": str(present.lead_days),
        "month_capacity": str(present.month_capacity or ""),
        "is_public": "1" if present.is_public else "",
        "valid_to_on": present.valid_to_on.isoformat() if present.valid_to_on else "",
    }
