"""Recalls within an officer's area: seen, opened, closed."""

from typing import Final

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.errors import NotYoursError
from catalog.models import Product
from catalog.queries.office_scope import province_of
from catalog.views.office.tables import Column, Filter, List, answer_list
from core.i18n import LazyText
from core.i18n import lazy_gettext as _
from traceability.forms.recalls import RecallForm
from traceability.models import RecallScope
from traceability.permissions import can_recall_in, can_see_recalls
from traceability.queries.recalls import (
    get_office_recall,
    get_recallable_product,
    list_office_recalls,
    list_product_lots,
)
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

STATES: Final = ("open", "closed", "drill")
SCOPE_WORDS: Final[dict[str, LazyText]] = {
    RecallScope.PRODUCT: _("The whole product"),
    RecallScope.LOTS: _("Lots"),
    RecallScope.UNITS: _("Single packs"),
}
COLUMNS: Final = (
    Column(
        name="product",
        title=_("Product"),
        value=lambda each: each.product.name,
        address=lambda each: f"/office/recalls/{each.id}",
        is_vietnamese=True,
    ),
    Column(name="scope", title=_("What is recalled"), value=lambda each: SCOPE_WORDS[each.scope]),
    Column(name="lots", title=_("Lots"), value=lambda each: ", ".join(lot.lot.code for lot in each.lots)),
    Column(name="reason", title=_("Reason"), value=lambda each: each.reason[:120], is_vietnamese=True),
    Column(name="opened_at", title=_("Opened"), value=lambda each: each.opened_at),
    Column(name="closed_at", title=_("Closed"), value=lambda each: each.closed_at),
)


@needs(can_see_recalls)
def office_recalls() -> Response:
    """Recalls of goods made in the area."""
    actor = current_actor()
    asked = request.args.get("state", "")
    state = asked if asked in STATES else "open"
    return answer_list(
        List(
            name="recalls",
            title=_("Recalls"),
            lead=_("Opened by producers or by an officer: on a product's page in the register."),
            here="home",
            columns=COLUMNS,
            filters=(
                Filter(
                    name="state",
                    label=_("State"),
                    choices=(("open", _("Open")), ("closed", _("Closed")), ("drill", _("Drills"))),
                ),
            ),
            read=lambda page, per_page: list_office_recalls(actor, state, page=page, per_page=per_page),
        )
    )


@needs(can_see_recalls)
def office_recall_new(product_id: int) -> Response:
    """The form of a recall of goods of a product; `lot_code` in the address chooses a lot, however old."""
    product, code = _product(product_id), asked_lot_code()
    lots = list_product_lots(product.id, code=code)
    form = RecallForm.empty(lots=with_code(lots, code), product_id=product.id)
    return answer_form(_desk(), form, lots, [product])


@needs(can_see_recalls)
def office_recall_create(product_id: int) -> AnyResponse:
    """Open a recall of goods of a product, or begin a drill."""
    product, form = _product(product_id), RecallForm.parse(request.form)
    lots = list_product_lots(product.id, ids=form.lots)
    try:
        return save_recall(_desk(), form, goods_of(form, product, lots))
    except REFUSALS as error:
        product = _product(product_id)
        lots = list_product_lots(product.id, ids=form.lots)
        return answer_form(_desk(), form, lots, [product], error)


@needs(can_see_recalls)
def office_recall(recall_id: int) -> Response:
    """One recall and how far it is."""
    return answer_recall(_desk(), get_office_recall(current_actor(), recall_id))


@needs(can_see_recalls)
def office_recall_notice(recall_id: int) -> Response:
    """The notice to be printed."""
    return answer_notice(_desk(), get_office_recall(current_actor(), recall_id))


@needs(can_see_recalls)
def office_recall_closure_create(recall_id: int) -> AnyResponse:
    """Close a recall; for those who decide."""
    desk = _desk()
    if not desk.may_recall(get_office_recall(desk.actor, recall_id).product):
        raise NotYoursError(recall_id=recall_id)
    return close(desk, lambda: get_office_recall(desk.actor, recall_id))


def _desk() -> RecallDesk:
    actor = current_actor()
    return RecallDesk(
        actor=actor,
        base="/office",
        producer=None,
        may_recall=lambda product: can_recall_in(actor, province_of(product)),
    )


def _product(product_id: int) -> Product:
    actor = current_actor()
    product = get_recallable_product(actor, product_id)
    if not can_recall_in(actor, province_of(product)):
        raise NotYoursError(product_id=product_id)
    return product
