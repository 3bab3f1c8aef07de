"""Planning live sessions: what is shown in which order, for how long, with which points; turning to the next goods."""

from datetime import datetime

from sqlalchemy import select

from accounts.actors import Actor
from catalog.models import Product
from catalog.queries.sale_terms import get_sale_terms
from core.clock import vietnam_date
from core.db import db
from core.text import clean_line
from promotion.campaign_terms import REASON_MAX
from promotion.errors.campaigns import InvalidRunSheetError, RunSheetNotFoundError
from promotion.models.campaigns import RunSheet, RunSheetItem, RunSheetSwitch
from promotion.models.reach import ShortLink
from promotion.operations.campaign_slugs import add_under_slug
from promotion.operations.links import make_link
from promotion.queries.run_sheets import find_current
from promotion.queries.star_names import find_misnamed
from promotion.run_sheets import (
    ITEMS_MAX,
    ItemFacts,
    RunSheetFacts,
    fault_of_item,
    fault_of_run_sheet,
    moved,
)


def plan_session(facts: RunSheetFacts, producer_id: int | None, *, by: Actor, now: datetime) -> RunSheet:
    """A new session. producer_id: whose own goods it shows; None: of `by`, an organiser or officer, with anybody's.

    Raises InvalidRunSheetError (`field`, `reason`); then there is none.
    """
    _require_sense(facts, now)
    sheet = RunSheet(producer_id=producer_id, made_by_id=by.user_id, made_at=now)
    _write(sheet, facts)
    add_under_slug(sheet, facts.title, "phien-livestream")
    return sheet


def update_session(sheet: RunSheet, facts: RunSheetFacts, *, now: datetime) -> None:
    """Say it anew; its address stays. Raises InvalidRunSheetError; then nothing has changed."""
    _require_open(sheet)
    _require_sense(facts, now)
    _write(sheet, facts)


def put_item(sheet: RunSheet, facts: ItemFacts, *, by: Actor, now: datetime) -> RunSheetItem:
    """Goods at the end of the session, or said anew where they are in it already; with their short link.

    Raises InvalidRunSheetError: goods that are not listed, another producer's, that nobody may promote, or whose name
    speaks of stars that they do not have; too many.
    """
    _lock(sheet)
    _require_open(sheet)
    fault = fault_of_item(facts)
    if fault is not None:
        raise InvalidRunSheetError(field=fault[0], reason=fault[1])
    item = next((each for each in sheet.items if each.product_id == facts.product_id), None)
    if item is None:
        product = _goods(sheet, facts.product_id, now)
        if len(sheet.items) >= ITEMS_MAX:
            raise InvalidRunSheetError(field="product", reason="too_many")
        position = max((each.position for each in sheet.items), default=0) + 1
        item = RunSheetItem(product_id=product.id, position=position, product=product)
        sheet.items.append(item)
    item.minutes, item.points = facts.minutes or 1, facts.points or None
    db.session.flush()
    link_of_item(sheet, item.product, by=by, now=now)
    return item


def link_of_item(sheet: RunSheet, product: Product, *, by: Actor | None, now: datetime) -> ShortLink:
    """The short link of goods in a session: visits over it are counted for the session."""
    target = f"/products/{product.slug}"
    return make_link(
        "live", sheet.id, target, by=by, now=now, producer_id=product.producer_id, product_id=product.id
    )


def remove_item(sheet: RunSheet, product_id: int) -> None:
    """Take goods out of the plan; harmless when repeated."""
    _lock(sheet)
    _require_open(sheet)
    item = next((each for each in sheet.items if each.product_id == product_id), None)
    if item is not None:
        sheet.items.remove(item)
        db.session.delete(item)
        db.session.flush()


def move_item(sheet: RunSheet, product_id: int, steps: int) -> None:
    """Move goods by `steps` places, below 0 to the front. Raises RunSheetNotFoundError for goods not in the plan."""
    _lock(sheet)
    _require_open(sheet)
    order = [each.product_id for each in sheet.items]
    if product_id not in order:
        raise RunSheetNotFoundError(run_sheet_id=sheet.id)
    places = {each: place for place, each in enumerate(moved(order, product_id, steps), start=1)}
    for item in sheet.items:
        item.position = places[item.product_id]
    db.session.flush()
    db.session.expire(sheet, ["items"])


def publish_session(sheet: RunSheet, *, now: datetime) -> None:
    """Let everybody follow it; harmless when repeated. Raises InvalidRunSheetError without any goods."""
    _require_open(sheet)
    if not sheet.items:
        raise InvalidRunSheetError(field="product", reason="missing")
    if sheet.published_at is None:
        sheet.published_at = now


def end_session(sheet: RunSheet, *, by: Actor, now: datetime) -> None:
    """The session is over; its page says so. Harmless when repeated."""
    if sheet.ended_at is None:
        sheet.ended_at, sheet.ended_by_id = now, by.user_id


def switch_to(sheet: RunSheet, product_id: int, *, by: Actor, now: datetime) -> bool:
    """Show these goods now; whether that is a change. A double press adds nothing.

    Raises RunSheetNotFoundError for goods not in the plan, InvalidRunSheetError for a session that is over or hidden.
    """
    _require_open(sheet)
    if sheet.published_at is None:
        raise InvalidRunSheetError(field="session", reason="not_published")
    if all(each.product_id != product_id for each in sheet.items):
        raise RunSheetNotFoundError(run_sheet_id=sheet.id)
    # One switch at a time: the row of the session is held until this one is written.
    db.session.execute(select(RunSheet.id).where(RunSheet.id == sheet.id).with_for_update())
    if find_current(sheet.id) == product_id:
        return False
    db.session.add(RunSheetSwitch(run_sheet_id=sheet.id, product_id=product_id, by_id=by.user_id, at=now))
    db.session.flush()
    return True


def _lock(sheet: RunSheet) -> None:
    """The plan as it stands now, and nobody else's until the transaction ends."""
    db.session.execute(select(RunSheet.id).where(RunSheet.id == sheet.id).with_for_update())
    db.session.refresh(sheet, ["ended_at", "items"])


def _require_open(sheet: RunSheet) -> None:
    if sheet.ended_at is not None:
        raise InvalidRunSheetError(field="session", reason="ended")


def _require_sense(facts: RunSheetFacts, now: datetime) -> None:
    fault = fault_of_run_sheet(facts, now)
    if fault is not None:
        raise InvalidRunSheetError(field=fault[0], reason=fault[1])


def _write(sheet: RunSheet, facts: RunSheetFacts) -> None:
    if facts.planned_at is None:  # looked at before: for those who read types
        raise InvalidRunSheetError(field="planned_at", reason="missing")
    sheet.title, sheet.title_en = facts.title, facts.title_en or None
    sheet.planned_at, sheet.live_url = facts.planned_at, clean_line(facts.live_url)[:REASON_MAX] or None


def _goods(sheet: RunSheet, product_id: int, now: datetime) -> Product:
    product = db.session.scalar(select(Product).where(Product.id == product_id, Product.is_listed))
    if product is None:
        raise InvalidRunSheetError(field="product", reason="unknown")
    if sheet.producer_id is not None and product.producer_id != sheet.producer_id:
        raise InvalidRunSheetError(field="product", reason="unknown")
    terms = get_sale_terms(product.id, vietnam_date(now))
    if not terms.terms.is_promotable:
        raise InvalidRunSheetError(field="product", reason="not_promoted")
    if find_misnamed([product.id], vietnam_date(now)):
        raise InvalidRunSheetError(field="product", reason="star_claim")
    return product
