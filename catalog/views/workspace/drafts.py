"""A listing in six questions: one on each page for a phone, all on one for a desk. Everything typed is kept at once."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from catalog.errors import (
    DraftNotFoundError,
    InvalidFactError,
    InvalidListingError,
    ListingClashError,
    ListingIncompleteError,
    ListingTakenDownError,
)
from catalog.forms.listings import STEPS, typed_fields
from catalog.groups import CRITERIA_SETS, GROUPS, SUB_GROUPS
from catalog.operations.drafts import (
    DraftClash,
    Typed,
    apply_draft,
    apply_usable,
    discard_draft,
    faults_of_draft,
    is_draft_field,
    open_draft,
    save_draft,
)
from catalog.operations.listing_fields import is_recorded
from catalog.operations.publishing import missing_for_shop, newest_review
from catalog.permissions.workspace import can_enter_workspace
from catalog.queries.drafts import find_draft, get_draft, last_closed_draft
from catalog.queries.sale_terms import get_sale_terms
from catalog.unit_prices import unit_price
from catalog.views.workspace.listing_access import Desk, product_of, publishing_desk, writing_desk
from catalog.views.workspace.listing_forms import draft_form, meter_of
from core import clock
from core.db import rehearsal, transaction
from core.i18n import format_time

ALL: Final = "all"
FORM_STEPS: Final = STEPS[:-1]


@needs(can_enter_workspace)
def draft_step(producer_id: int, product_id: int, step: str) -> AnyResponse:
    """One question, «all» questions, or the last look before it goes into the shop."""
    desk = writing_desk(producer_id)
    if step == "check":
        return check_page(desk, product_id, None)
    return _form_page(desk, product_id, _known(step), more=int(request.args.get("more") == "1"))


@needs(can_enter_workspace)
def draft_save(producer_id: int, product_id: int, step: str) -> AnyResponse:
    """Keep what the page holds, and go on; what another phone typed first is told with both texts."""
    desk, step = writing_desk(producer_id), _known(step)
    typed = _typed(request.form)
    asked = request.form.get("act", "")
    typed |= _taken_off(asked, request.form)
    with transaction():
        draft = open_draft(product_of(desk, product_id), by=desk.actor, now=clock.now())
        clashes = save_draft(draft, typed, by=desk.actor, now=clock.now())
    if clashes:
        return _form_page(desk, product_id, step, clashes=clashes, status=409)
    if asked:
        return _to(producer_id, product_id, step, more="1" if asked == "more" else None)
    if request.form.get("later"):
        return redirect(url_for("workspace.listing", producer_id=producer_id, product_id=product_id), 303)
    refused = _form_page(desk, product_id, step, is_checked=True, status=422)
    if refused.status_code == 422:
        return refused
    following = "check" if step == ALL else STEPS[STEPS.index(step) + 1]
    return _to(producer_id, product_id, following)


@needs(can_enter_workspace)
def draft_fields(producer_id: int, product_id: int) -> AnyResponse:
    """Keep what was typed a moment ago: JSON for the page's own script. 409 tells what another phone typed."""
    desk = writing_desk(producer_id)
    typed = _typed(request.form)
    try:
        with transaction():
            now = clock.now()
            draft = open_draft(product_of(desk, product_id), by=desk.actor, now=now)
            clashes = save_draft(draft, typed, by=desk.actor, now=now)
            versions = {field.name: field.version for field in draft.fields if field.name in typed}
    except InvalidFactError as error:
        return make_response(jsonify(field=error.facts["field"], reason=error.facts["reason"]), 422)
    told = [
        {"name": clash.name, "present": clash.present, "version": clash.version, "by": clash.changed_by or ""}
        for clash in clashes
    ]
    answer = jsonify(versions=versions, saved_at=format_time(now), clashes=told)
    return make_response(answer, 409 if told else 200)


@needs(can_enter_workspace)
def draft_apply(producer_id: int, product_id: int) -> AnyResponse:
    """Show in the shop what the draft says of a listing that is there already."""
    desk = publishing_desk(producer_id)
    overwrite = request.form.get("overwrite") == "1"
    try:
        with transaction():
            draft = get_draft(product_of(desk, product_id).id)
            apply_draft(draft, by=desk.actor, now=clock.now(), overwrite=overwrite)
    except DraftNotFoundError:
        pass  # sent twice: the first one took it over
    except (InvalidListingError, ListingClashError) as error:
        return check_page(publishing_desk(producer_id), product_id, error)
    return redirect(
        url_for("workspace.listing", producer_id=producer_id, product_id=product_id, done="changed"), 303
    )


@needs(can_enter_workspace)
def draft_discard(producer_id: int, product_id: int) -> AnyResponse:
    """Leave the listing as it is."""
    desk = writing_desk(producer_id)
    with transaction():
        draft = find_draft(product_of(desk, product_id).id)
        if draft is not None:
            discard_draft(draft, by=desk.actor, now=clock.now())
    return redirect(
        url_for("workspace.listing", producer_id=producer_id, product_id=product_id, done="discarded"), 303
    )


def check_page(
    desk: Desk,
    product_id: int,
    error: InvalidListingError | ListingIncompleteError | ListingClashError | ListingTakenDownError | None,
) -> Response:
    """The last question: what is missing for the shop, what the law asks of the label, and the button."""
    status = (
        200 if error is None else 409 if isinstance(error, ListingClashError | ListingTakenDownError) else 422
    )
    with rehearsal():
        product = product_of(desk, product_id)
        draft = open_draft(product, by=desk.actor, now=clock.now())
        faults = faults_of_draft(draft)
        is_live = product.is_for_sale and product.is_listed
        form = draft_form(draft, product, faults=faults)
        apply_usable(draft, by=desk.actor, now=clock.now())
        page = render_template(
            "workspace/draft_check.html",
            desk=desk,
            producer=desk.producer,
            product=product,
            form=form,
            faults=faults,
            is_live=is_live,
            missing=missing_for_shop(product),
            meter=meter_of(product),
            goods=get_sale_terms(product.id, clock.today()),
            review=newest_review(product.id),
            unit_prices={
                each.id: unit_price(each.price_vnd, each.net_quantity, each.net_unit)
                for each in product.variants
            },
            clashes=error.facts["clashes"] if isinstance(error, ListingClashError) else (),
            steps=STEPS,
        )
    return make_response(page, status)


def _form_page(
    desk: Desk,
    product_id: int,
    step: str,
    *,
    more: int = 0,
    clashes: tuple[DraftClash, ...] = (),
    is_checked: bool = False,
    status: int = 200,
) -> Response:
    """The page of `step`. is_checked: with what is wrong on it; `status` counts only if something is."""
    with rehearsal():  # a draft is opened by writing, not by looking
        product = product_of(desk, product_id)
        draft = open_draft(product, by=desk.actor, now=clock.now())
        faults = faults_of_draft(draft) if is_checked else ()
        form = draft_form(draft, product, more=more, faults=faults, clashes=clashes)
        shown = [name for each in _shown(step) for name in form.of_step(each)]
        errors = {name: reason for name, reason in form.errors.items() if name in shown}
        page = render_template(
            "workspace/draft_step.html",
            desk=desk,
            producer=desk.producer,
            product=product,
            form=form,
            errors=errors,
            step=step,
            shown=_shown(step),
            steps=STEPS,
            is_recorded=is_recorded(product),
            classes=_classes(),
            after=last_closed_draft(product_id),
        )
    return make_response(page, status if errors or clashes else 200)


def _shown(step: str) -> tuple[str, ...]:
    return FORM_STEPS if step == ALL else (step,)


def _known(step: str) -> str:
    if step != ALL and step not in FORM_STEPS:
        raise NotFound
    return step


def _typed(form: Mapping[str, str]) -> dict[str, Typed]:
    return {
        name: Typed(text, version) for name, (text, version) in typed_fields(form, is_draft_field).items()
    }


def _taken_off(asked: str, form: Mapping[str, str]) -> dict[str, Typed]:
    """«remove variant-12» takes a pack out of the draft, «restore variant-12» back in."""
    act, _, pack = asked.partition(" ")
    name = f"{pack}-removed"
    if act not in {"remove", "restore"} or not is_draft_field(name):
        return {}
    typed = typed_fields({name: "1" if act == "remove" else "", **_versions(form)}, is_draft_field)
    return {field: Typed(text, version) for field, (text, version) in typed.items()}


def _versions(form: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in form.items() if name.startswith("version.")}


def _classes() -> list[tuple[Any, list[Any]]]:
    """The six groups, each with its criteria sets."""
    group_of = {sub.number: sub.group_number for sub in SUB_GROUPS}
    return [
        (group, [each for each in CRITERIA_SETS if group_of[each.sub_group_number] == group.number])
        for group in GROUPS
    ]


def _to(producer_id: int, product_id: int, step: str, **query: Any) -> AnyResponse:
    return redirect(
        url_for("workspace.draft_step", producer_id=producer_id, product_id=product_id, step=step, **query),
        303,
    )
