"""The programme of a fair: what happens when, and where."""

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from core import clock
from core.db import transaction
from core.errors import ConflictError
from promotion.errors.fairs import InvalidFairError
from promotion.forms.fairs import TypedForm, kept, session_of
from promotion.models.fairs import Fair
from promotion.operations.programme import add_session, remove_session
from promotion.permissions.fairs import can_organise_fairs
from promotion.queries.fairs import list_programme
from promotion.queries.organising import list_booths
from promotion.views.organiser.access import faults_in, led_to, own_fair, refusal_of, shown


@needs(can_organise_fairs)
def programme(fair_id: int) -> Response:
    """All points, and a form for another."""
    found = own_fair(fair_id)
    return _page(found, TypedForm({"day": found.starts_on.isoformat()}), 200)


@needs(can_organise_fairs)
def session_create(fair_id: int) -> AnyResponse:
    """One more point of the programme."""
    own_fair(fair_id)
    try:
        with transaction():
            add_session(fair_id, session_of(request.form), now=clock.now())
    except InvalidFairError as error:
        return _page(own_fair(fair_id), TypedForm(kept(request.form), faults_in(error)), 422)
    except ConflictError as error:
        return _page(own_fair(fair_id), TypedForm(kept(request.form)), 409, refusal_of(error))
    return led_to(fair_id, "/programme", done="kept")


@needs(can_organise_fairs)
def session_removal_create(fair_id: int, session_id: int) -> AnyResponse:
    """Take a point off the programme."""
    own_fair(fair_id)
    try:
        with transaction():
            remove_session(fair_id, session_id, now=clock.now())
    except ConflictError as error:
        return _page(own_fair(fair_id), TypedForm(), 409, refusal_of(error))
    return led_to(fair_id, "/programme", done="kept")


def _page(found: Fair, form: TypedForm, status: int, refused: object = None) -> Response:
    return shown(
        "programme",
        found,
        status,
        programme=list_programme(found.id),
        booths=list_booths(found.id),
        form=form,
        refused=refused,
        is_over=found.is_over_on(clock.today()),
    )
