"""A producer's lots: the list, opening one, and the page of one."""

from typing import Final

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from accounts.errors import NotYoursError
from catalog.models import Product, Variant
from catalog.permissions.workspace import can_enter_workspace
from catalog.queries.workspace_products import get_own_product, list_own_products
from core import clock
from core.db import transaction
from core.limits import rate_limited
from traceability.completeness import missing_of, share_percent
from traceability.errors import (
    AreaNotFoundError,
    InvalidLotError,
    InvalidTextError,
    InvalidTraceEventError,
    LotCodeTakenError,
    LotNotFoundError,
)
from traceability.forms.amounts import TYPED_UNITS, typed_amount
from traceability.forms.lots import LotForm, number_of, shelf_life
from traceability.models import Lot, LotKind, SourceArea, TraceStep
from traceability.operations.events import InputFacts
from traceability.operations.lots import RawFacts
from traceability.operations.opening import OpeningFacts, open_goods, open_raw
from traceability.queries.diary_doubts import list_doubted_lots, list_lot_doubts
from traceability.queries.origin import list_inputs, lot_facts, mass_balance, used_of
from traceability.queries.origin_desk import (
    RawLeft,
    find_last_lot,
    free_code,
    get_own_area,
    get_own_lot,
    list_areas,
    list_desk_lots,
    list_own_events,
    list_raw_left,
    list_templates,
)
from traceability.views.origin_desk import OriginDesk, reading_desk, recording_desk

PRODUCTS_MOST: Final = 200
LETTERS: Final = {LotKind.GOODS: "L", LotKind.RAW: "N"}
RAW_UNIT: Final = {"g": "kg", "ml": "l", "piece": "piece"}


@needs(can_enter_workspace)
def lots(producer_id: int) -> Response:
    """Lots of goods and of raw material, the newest first."""
    desk = reading_desk(producer_id)
    page = render_template(
        "origin/lots.html",
        desk=desk,
        producer=desk.producer,
        goods=list_desk_lots(producer_id, LotKind.GOODS),
        raw=list_raw_left(producer_id, clock.today()),
        doubted=list_doubted_lots(producer_id),
        has_areas=bool(list_areas(producer_id)),
    )
    return make_response(page)


@needs(can_enter_workspace)
def lot_new(producer_id: int) -> AnyResponse:
    """First the product, if there are several; then the form, filled with what the last lot of it was like."""
    desk = recording_desk(producer_id)
    kind = LotKind.RAW if request.args.get("kind") == LotKind.RAW else LotKind.GOODS
    products = _products(desk)
    chosen = _product(desk, request.args.get("product", ""))
    if chosen is None and len(products) == 1:
        chosen = products[0]
    if chosen is None:
        page = render_template(
            "origin/lot_product.html", desk=desk, producer=desk.producer, products=products, kind=kind
        )
        return make_response(page)
    return _form_page(desk, chosen, _like_the_last(chosen, kind), 200)


@needs(can_enter_workspace)
@rate_limited("60/minute")
def lot_create(producer_id: int) -> AnyResponse:
    """Open the lot. The same form again leads to the lot that it opened."""
    desk = recording_desk(producer_id)
    form = LotForm.parse(request.form)
    product = _product(desk, form.product)
    if product is None:
        raise NotYoursError(producer_id=producer_id)
    if not form.errors:
        form, lot_id = _open(desk, product.id, form)
        if lot_id is not None:
            address = url_for("origin.lot", producer_id=producer_id, lot_id=lot_id, done="opened")
            return made(address)
    return _form_page(desk, _again(desk, product.id), form, 422)


@needs(can_enter_workspace)
def lot(producer_id: int, lot_id: int) -> Response:
    """One lot: what happened to it, what went in, what is still lacking; and the buttons for the next event."""
    desk = reading_desk(producer_id)
    found, today = desk.lot(lot_id), clock.today()
    missing = () if found.is_raw else missing_of(lot_facts(found, today), today)
    page = render_template(
        "origin/lot.html",
        desk=desk,
        producer=desk.producer,
        lot=found,
        events=list_own_events(found),
        inputs=list_inputs(found.id),
        missing=missing,
        share=share_percent(missing),
        balance=mass_balance(found),
        used=used_of(found.id),
        doubts=list_lot_doubts(found.id),
        templates=list_templates(producer_id),
        steps=tuple(TraceStep),
        done=request.args.get("done", ""),
    )
    return make_response(page)


def made(address: str) -> AnyResponse:
    """What was sent is kept: a page is led on, our own script is told where."""
    if wants_json():
        return make_response(jsonify(address=address), 201)
    return redirect(address, 303)


def wants_json() -> bool:
    """Whether our own script asks, which sends what waited on the telephone."""
    return bool(request.accept_mimetypes.best == "application/json")


def _open(desk: OriginDesk, product_id: int, form: LotForm) -> tuple[LotForm, int | None]:
    """The number of the lot; or the form with what is wrong with it."""
    try:
        with transaction():
            product = _again(desk, product_id)
            facts = OpeningFacts(
                product=product,
                code=form.code,
                produced_on=form.produced,
                expires_on=form.expires,
                submission_key=form.submission_key,
            )
            return form, (_open_raw if form.is_raw else _open_goods)(desk, facts, form).id
    except LotCodeTakenError:
        return form.with_error("code", "taken"), None
    except (InvalidLotError, InvalidTextError, InvalidTraceEventError) as error:
        return form.with_error(
            _FIELD_OF.get(str(error.facts["field"]), "code"), str(error.facts["reason"])
        ), None
    except (AreaNotFoundError, LotNotFoundError):
        return form.with_error("area" if form.is_raw else "raw_lot", "missing"), None


_FIELD_OF: Final = {
    "quantity": "quantity",
    "expires_on": "expires_on",
    "happened_on": "produced_on",
    "material": "material",
    "inputs": "raw_amount",
    "variant": "pack",
}


def _open_goods(desk: OriginDesk, facts: OpeningFacts, form: LotForm) -> Lot:
    made_of = None
    if form.raw_lot:
        source = get_own_lot(desk.producer.id, number_of(form.raw_lot) or 0)
        unit = RAW_UNIT[source.unit or "piece"]
        made_of = InputFacts(quantity=_typed(form.raw_amount, unit), unit=TYPED_UNITS[unit][0], lot=source)
    return open_goods(
        facts,
        form.packs,
        variant=_pack(facts.product, form.pack),
        made_of=made_of,
        by=desk.actor,
        now=clock.now(),
    )


def _open_raw(desk: OriginDesk, facts: OpeningFacts, form: LotForm) -> Lot:
    raw = RawFacts(form.material, form.base_amount, TYPED_UNITS[form.unit][0])
    step = TraceStep.COLLECTING if request.form.get("how") == TraceStep.COLLECTING else TraceStep.HARVESTING
    area: SourceArea | None = None
    if form.area:
        area = get_own_area(desk.producer.id, number_of(form.area) or 0)
    return open_raw(facts, raw, area=area, step=step, by=desk.actor, now=clock.now())


def _typed(amount: str, unit: str) -> int:
    try:
        return typed_amount(amount, unit)
    except ValueError:
        raise InvalidTraceEventError(field="inputs", value=amount, reason="quantity") from None


def _pack(product: Product, typed: str) -> Variant | None:
    number = number_of(typed)
    packs = list(product.variants)
    if number is None:
        return packs[0] if len(packs) == 1 else None
    found = next((each for each in packs if each.id == number), None)
    if found is None:
        raise InvalidLotError(field="variant", value=number, reason="variant")
    return found


def _like_the_last(product: Product, kind: LotKind) -> LotForm:
    today, last = clock.today(), find_last_lot(product.id, kind)
    keeps = shelf_life(last.produced_on, last.expires_on) if last else None
    return LotForm.empty(
        kind=kind.value,
        product=str(product.id),
        code=free_code(product.id, LETTERS[kind], today),
        produced_on=today.isoformat(),
        expires_on=(today + keeps).isoformat() if keeps else "",
        quantity=str(last.quantity) if last and not last.is_raw else "",
        pack=str(last.variant_id or "") if last else "",
        material=(last.material or "") if last else "",
        unit=RAW_UNIT[last.unit] if last and last.unit else "kg",
    )


def _product(desk: OriginDesk, typed: str) -> Product | None:
    number = number_of(typed)
    try:
        found = get_own_product(desk.actor, number) if number else None
    except NotYoursError:
        return None
    is_own = found is not None and found.producer_id == desk.producer.id and not found.is_service
    return found if is_own else None


def _again(desk: OriginDesk, product_id: int) -> Product:
    found = _product(desk, str(product_id))
    if found is None:
        raise NotYoursError(product_id=product_id)
    return found


def _products(desk: OriginDesk) -> list[Product]:
    own = list_own_products(desk.actor, desk.producer.id, per_page=PRODUCTS_MOST).products
    return [each for each in own if not each.is_service]


def _offered(desk: OriginDesk, form: LotForm) -> list[RawLeft]:
    """Raw lots of which something is left, and the one that was chosen."""
    left = list_raw_left(desk.producer.id, clock.today())
    return [each for each in left if each.left > 0 or str(each.lot.id) == form.raw_lot]


def _form_page(desk: OriginDesk, product: Product, form: LotForm, status: int) -> AnyResponse:
    if status != 200 and wants_json():
        return make_response(jsonify(errors=dict(form.errors)), status)
    page = render_template(
        "origin/lot_form.html",
        desk=desk,
        producer=desk.producer,
        product=product,
        form=form,
        areas=list_areas(desk.producer.id),
        raw=() if form.is_raw else _offered(desk, form),
        how=request.form.get("how", TraceStep.HARVESTING.value),
    )
    return make_response(page, status)
