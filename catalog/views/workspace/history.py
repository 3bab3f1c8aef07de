"""Who changed what of a listing, when; and taking a change back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from catalog.errors import InvalidListingError, ListingClashError
from catalog.groups import criteria_set_by_number, label
from catalog.operations.history import undo_change
from catalog.operations.listings import Clash
from catalog.permissions.workspace import can_enter_workspace
from catalog.queries.drafts import HistoryEntry, list_history
from catalog.views.workspace.listing_access import Desk, product_of, publishing_desk, team_desk
from core import clock
from core.db import transaction
from core.i18n import current_language


@needs(can_enter_workspace)
def history(producer_id: int, product_id: int) -> Response:
    """The newest first."""
    return _page(team_desk(producer_id), product_id, 200)


@needs(can_enter_workspace)
def history_undo(producer_id: int, product_id: int, change_id: int) -> AnyResponse:
    """Restore what the change found; where the same was changed again since, only after a second yes."""
    desk = publishing_desk(producer_id)
    is_confirmed = request.form.get("confirmed") == "1"
    try:
        with transaction():
            product = product_of(desk, product_id)
            undo_change(product, change_id, by=desk.actor, now=clock.now(), is_confirmed=is_confirmed)
    except ListingClashError as error:
        clashes = cast("Sequence[Clash]", error.facts["clashes"])
        return _page(publishing_desk(producer_id), product_id, 409, refused_id=change_id, clashes=clashes)
    except InvalidListingError as error:
        return _page(
            publishing_desk(producer_id),
            product_id,
            422,
            refused_id=change_id,
            reason=str(error.facts["reason"]),
        )
    return redirect(url_for("workspace.history", producer_id=producer_id, product_id=product_id, done=1), 303)


def _told(entry: HistoryEntry) -> HistoryEntry:
    """`entry` with the kind of goods in words; the groups that follow from it are left out."""
    language = current_language()
    fields = tuple(
        (name, _class_name(before, language), _class_name(after, language))
        if name == "criteria_set"
        else (name, before, after)
        for name, before, after in entry.fields
        if name not in {"group_no", "sub_group_no"}
    )
    return replace(entry, fields=fields)


def _class_name(number: Any, language: str) -> str | None:
    chosen = criteria_set_by_number(number) if isinstance(number, int) else None
    return label(chosen, language) if chosen else None


def _page(
    desk: Desk,
    product_id: int,
    status: int,
    *,
    refused_id: int | None = None,
    clashes: Sequence[Clash] = (),
    reason: str = "",
) -> Response:
    product = product_of(desk, product_id)
    return make_response(
        render_template(
            "workspace/history.html",
            desk=desk,
            producer=desk.producer,
            product=product,
            entries=[_told(entry) for entry in list_history(product)],
            refused_id=refused_id,
            clashes=clashes,
            reason=reason,
            done=request.args.get("done", ""),
        ),
        status,
    )
