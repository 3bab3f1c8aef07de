"""A producer's recalls and drills, and the codes that may have been copied."""

from collections.abc import Collection

from flask import Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.errors import NotYoursError
from catalog.models import Product
from catalog.permissions.workspace import can_enter_workspace
from catalog.queries.workspace import get_own_producer
from traceability.errors import InvalidRecallError
from traceability.forms.recalls import RecallForm
from traceability.models import Lot, RecallScope
from traceability.permissions import can_recall
from traceability.queries.doubts import list_own_doubts, looks_by_province
from traceability.queries.origin_desk import get_own_lot
from traceability.queries.recalls import (
    get_own_recall,
    list_lot_recalls,
    list_own_recalls,
    list_recallable_lots,
    list_recallable_products,
)
from traceability.views.doubt_words import GRADE_WORDS, REASON_WORDS
from traceability.views.recall_pages import (
    REFUSALS,
    RecallDesk,
    answer_form,
    answer_notice,
    answer_recall,
    asked_lot_code,
    close,
    goods_of,
    save_recall,
    with_code,
)


@needs(can_enter_workspace)
def recalls(producer_id: int) -> Response:
    """Recalls and drills, the newest first."""
    desk = _desk(producer_id)
    page = render_template(
        "traceability/recalls.html",
        desk=desk,
        recalls=list_own_recalls(producer_id),
        may_recall=can_recall(desk.actor, producer_id),
    )
    return make_response(page)


@needs(can_enter_workspace)
def lot_recalls(producer_id: int, lot_id: int) -> Response:
    """Recalls and drills that one lot is or was in."""
    desk = _desk(producer_id)
    lot = get_own_lot(producer_id, lot_id)
    page = render_template(
        "traceability/recalls.html",
        desk=desk,
        lot=lot,
        recalls=list_lot_recalls(lot),
        may_recall=can_recall(desk.actor, producer_id),
    )
    return make_response(page)


@needs(can_enter_workspace)
def recall_new(producer_id: int) -> Response:
    """The form of a recall or a drill; `lot` or `lot_code` in the address chooses a lot, however old."""
    desk = _recalling_desk(producer_id)
    asked = request.args.get("lot", "")
    ids = {int(asked)} if asked.isascii() and asked.isdigit() and len(asked) < 10 else set()
    code = asked_lot_code()
    lots, products = _choices(producer_id, ids, code)
    return answer_form(desk, RecallForm.empty(lots=ids | with_code(lots, code)), lots, products)


@needs(can_enter_workspace)
def recall_create(producer_id: int) -> AnyResponse:
    """Open a recall or begin a drill."""
    desk = _recalling_desk(producer_id)
    form = RecallForm.parse(request.form)
    lots, products = _choices(producer_id, form.lots)
    try:
        return save_recall(desk, form, goods_of(form, _product_of(form, lots, products), lots))
    except REFUSALS as error:
        return answer_form(desk, form, *_choices(producer_id, form.lots), error)


@needs(can_enter_workspace)
def recall(producer_id: int, recall_id: int) -> Response:
    """One recall and how far it is."""
    return answer_recall(_desk(producer_id), get_own_recall(producer_id, recall_id))


@needs(can_enter_workspace)
def recall_notice(producer_id: int, recall_id: int) -> Response:
    """The notice to be printed."""
    return answer_notice(_desk(producer_id), get_own_recall(producer_id, recall_id))


@needs(can_enter_workspace)
def recall_closure_create(producer_id: int, recall_id: int) -> AnyResponse:
    """Close a recall."""
    return close(_recalling_desk(producer_id), lambda: get_own_recall(producer_id, recall_id))


@needs(can_enter_workspace)
def doubts(producer_id: int) -> Response:
    """Codes of own goods that may have been copied, with grade and reasons."""
    desk = _desk(producer_id)
    lines = list_own_doubts(producer_id)
    page = render_template(
        "traceability/doubts.html",
        desk=desk,
        lines=lines,
        # A handful of looks would tell where single buyers live: few of them are not counted here.
        grades=GRADE_WORDS,
        reasons=REASON_WORDS,
        looks={line.doubt.id: looks_by_province(line.stamp.id) for line in lines[:50]},
    )
    return make_response(page)


def _desk(producer_id: int) -> RecallDesk:
    actor = current_actor()
    producer = get_own_producer(actor, producer_id)
    return RecallDesk(
        actor=actor,
        base=f"/workspace/{producer.id}",
        producer=producer,
        may_recall=lambda product: product.producer_id == producer_id and can_recall(actor, producer_id),
    )


def _recalling_desk(producer_id: int) -> RecallDesk:
    desk = _desk(producer_id)
    if not can_recall(desk.actor, producer_id):
        raise NotYoursError(producer_id=producer_id)
    return desk


def _choices(producer_id: int, ids: Collection[int], code: str = "") -> tuple[list[Lot], list[Product]]:
    lots = list_recallable_lots(producer_id, ids=ids, code=code)
    return lots, list(list_recallable_products(producer_id))


def _product_of(form: RecallForm, lots: list[Lot], products: list[Product]) -> Product:
    """The product that the form is about: that of its first lot, else the one that was chosen."""
    if form.scope == RecallScope.LOTS:
        lot = next((lot for lot in lots if lot.id in form.lots), None)
        if lot is None:
            raise InvalidRecallError(field="lots", value="", reason="lots")
        return lot.product
    found = next((product for product in products if product.id == form.product), None)
    if found is None:
        raise InvalidRecallError(field="product", value="", reason="product")
    return found
