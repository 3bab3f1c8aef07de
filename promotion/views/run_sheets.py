"""Planning and running live sessions: in a producer's workspace, or (at /run-sheets) of organisers and officers."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.models import Producer
from catalog.permissions.workspace import can_enter_workspace
from catalog.queries.workspace_products import list_own_products
from catalog.views.workspace.listing_access import publishing_desk
from core import clock
from core.clock import VIETNAM
from core.db import transaction
from promotion.errors.campaigns import InvalidRunSheetError
from promotion.forms.campaigns import (
    TypedForm,
    item_facts,
    refused,
    run_sheet_facts,
    slug_of_address,
)
from promotion.models.campaigns import RunSheet
from promotion.operations.run_sheets import (
    end_session,
    link_of_item,
    move_item,
    plan_session,
    publish_session,
    put_item,
    remove_item,
    switch_to,
    update_session,
)
from promotion.papers.live_cards import PrintedGoods, facts_of, write_cards, write_run_sheet
from promotion.permissions.campaigns import can_plan_anywhere, can_plan_sessions
from promotion.queries.campaigns import find_product_id
from promotion.queries.run_sheets import (
    find_current,
    get_own_run_sheet,
    list_run_sheets,
    list_session_goods,
)
from promotion.queries.star_names import find_misnamed
from promotion.sources import short_url
from promotion.views.share_refs import host_in_words

GOODS_MOST = 200
STEPS = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class Planner:
    """Who plans, and for which producer; None: for none. base: where the pages stand."""

    actor: Actor
    producer: Producer | None

    @property
    def producer_id(self) -> int | None:
        return self.producer.id if self.producer else None

    @property
    def base(self) -> str:
        place = f"/workspace/{self.producer.id}" if self.producer else ""
        return f"{request.script_root}{place}/run-sheets"


@needs(can_enter_workspace)
def run_sheets(producer_id: int) -> Response:
    """A producer's sessions, and a form for another."""
    return _list_page(_planner(producer_id), TypedForm(), 200)


@needs(can_enter_workspace)
def run_sheet_create(producer_id: int) -> AnyResponse:
    """A new session of a producer."""
    return _planned(producer_id)


@needs(can_plan_sessions)
def own_run_sheets() -> Response:
    """Sessions that an organiser or officer planned, and a form for another."""
    return _list_page(_planner(None), TypedForm(), 200)


@needs(can_plan_sessions)
def own_run_sheet_create() -> AnyResponse:
    """A new session of goods of several producers."""
    return _planned(None)


@needs(can_plan_anywhere)
def run_sheet(run_sheet_id: int, producer_id: int | None = None) -> Response:
    """One session: its goods in order, and the switch «now showing»."""
    planner = _planner(producer_id)
    return _page(planner, _own(planner, run_sheet_id), TypedForm(), 200)


@needs(can_plan_anywhere)
def run_sheet_update(run_sheet_id: int, producer_id: int | None = None) -> AnyResponse:
    """Its title, hour and address."""
    facts = run_sheet_facts(request.form)
    return _done(producer_id, run_sheet_id, lambda _who, sheet: update_session(sheet, facts, now=clock.now()))


@needs(can_plan_anywhere)
def run_sheet_item_create(run_sheet_id: int, producer_id: int | None = None) -> AnyResponse:
    """Put goods into the session, or say anew how long and with which points."""
    typed = request.form.get("product", "")
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= 9
    product_id = int(typed) if is_number else find_product_id(slug_of_address(typed))
    facts = item_facts(request.form, product_id)
    return _done(
        producer_id,
        run_sheet_id,
        lambda who, sheet: put_item(sheet, facts, by=who.actor, now=clock.now()),
    )


@needs(can_plan_anywhere)
def run_sheet_item_removal_create(
    run_sheet_id: int, product_id: int, producer_id: int | None = None
) -> AnyResponse:
    """Take goods out of the session."""
    return _done(producer_id, run_sheet_id, lambda _who, sheet: remove_item(sheet, product_id))


@needs(can_plan_anywhere)
def run_sheet_item_place_update(
    run_sheet_id: int, product_id: int, producer_id: int | None = None
) -> AnyResponse:
    """Move goods up or down."""
    steps = STEPS.get(request.form.get("to", ""), 0)
    return _done(producer_id, run_sheet_id, lambda _who, sheet: move_item(sheet, product_id, steps))


@needs(can_plan_anywhere)
def run_sheet_publication_create(run_sheet_id: int, producer_id: int | None = None) -> AnyResponse:
    """Let everybody follow it."""
    return _done(producer_id, run_sheet_id, lambda _who, sheet: publish_session(sheet, now=clock.now()))


@needs(can_plan_anywhere)
def run_sheet_switch_create(run_sheet_id: int, producer_id: int | None = None) -> AnyResponse:
    """Show these goods now."""
    typed = request.form.get("product", "")
    product_id = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 9 else 0
    return _done(
        producer_id,
        run_sheet_id,
        lambda who, sheet: switch_to(sheet, product_id, by=who.actor, now=clock.now()),
    )


@needs(can_plan_anywhere)
def run_sheet_ending_create(run_sheet_id: int, producer_id: int | None = None) -> AnyResponse:
    """The session is over."""
    return _done(
        producer_id, run_sheet_id, lambda who, sheet: end_session(sheet, by=who.actor, now=clock.now())
    )


@needs(can_plan_anywhere)
def run_sheet_paper(run_sheet_id: int, paper: str, producer_id: int | None = None) -> Response:
    """«order»: the sheet of the order, A4. «cards»: a card for each of the goods, A6."""
    planner = _planner(producer_id)
    sheet = _own(planner, run_sheet_id)
    writers = {"order": write_run_sheet, "cards": write_cards}
    goods = list_session_goods(sheet, clock.today())
    if paper not in writers or not goods:
        raise NotYoursError(run_sheet_id=run_sheet_id)
    with transaction():
        printed = [
            PrintedGoods(
                each,
                short_url(link_of_item(sheet, each.product, by=planner.actor, now=clock.now())),
            )
            for each in goods
        ]
    file = BytesIO()
    writers[paper](file, sheet.title, printed, host_in_words())
    answer = Response(file.getvalue(), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{sheet.slug}-{paper}.pdf"'
    return answer


def _planner(producer_id: int | None) -> Planner:
    """Who plans here. Raises NotYoursError."""
    if producer_id is not None:
        desk = publishing_desk(producer_id)
        return Planner(desk.actor, desk.producer)
    actor = current_actor()
    if not can_plan_sessions(actor):
        raise NotYoursError
    return Planner(actor, None)


def _planned(producer_id: int | None) -> AnyResponse:
    planner = _planner(producer_id)
    try:
        with transaction():
            facts = run_sheet_facts(request.form)
            sheet = plan_session(facts, planner.producer_id, by=planner.actor, now=clock.now())
            made_id = sheet.id
    except InvalidRunSheetError as error:
        return _list_page(_planner(producer_id), refused(request.form, error.facts), 422)
    return redirect(f"{planner.base}/{made_id}", 303)


def _own(planner: Planner, run_sheet_id: int) -> RunSheet:
    return get_own_run_sheet(run_sheet_id, planner.producer_id, planner.actor)


def _done(
    producer_id: int | None, run_sheet_id: int, act: Callable[[Planner, RunSheet], object]
) -> AnyResponse:
    planner = _planner(producer_id)
    try:
        with transaction():
            act(planner, _own(planner, run_sheet_id))
    except InvalidRunSheetError as error:
        again = _planner(producer_id)
        return _page(again, _own(again, run_sheet_id), refused(request.form, error.facts), 422)
    return redirect(f"{planner.base}/{run_sheet_id}", 303)


def _page(planner: Planner, sheet: RunSheet, form: TypedForm, status: int) -> Response:
    own: tuple[tuple[str, str], ...] = ()
    if planner.producer is not None:
        listed = list_own_products(planner.actor, planner.producer.id, per_page=GOODS_MOST).products
        own = tuple((str(product.id), product.name) for product in listed if product.is_listed)
    goods = list_session_goods(sheet, clock.today())
    shown = {each.card.id for each in goods}
    left_off = [each.product for each in sheet.items if each.product_id not in shown]
    page = render_template(
        "promotion_desk/run_sheet.html",
        producer=planner.producer,
        base=planner.base,
        sheet=sheet,
        goods=goods,
        left_off=left_off,
        misnamed=find_misnamed([product.id for product in left_off], clock.today()),
        facts={each.card.id: facts_of(each) for each in goods},
        own=own,
        current=find_current(sheet.id),
        planned_at=sheet.planned_at.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M"),
        form=form,
        fault=form.fault,
    )
    return make_response(page, status)


def _list_page(planner: Planner, form: TypedForm, status: int) -> Response:
    page = render_template(
        "promotion_desk/run_sheets.html",
        producer=planner.producer,
        base=planner.base,
        sheets=list_run_sheets(planner.producer_id, planner.actor),
        form=form,
        fault=form.fault,
    )
    return make_response(page, status)
