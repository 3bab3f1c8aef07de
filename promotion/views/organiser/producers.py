"""Who takes part: inviting producers, confirming them with a booth, refusing, moving them."""

from typing import Any

from flask import Response, current_app, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from core import clock
from core.config import Settings
from core.db import transaction
from core.errors import ConflictError
from core.limits import rate_limited
from core.text import clean_line, clean_text
from promotion.errors.fairs import InvalidFairError
from promotion.forms.fairs import PRODUCERS_MAX, numbers_of, whole_number
from promotion.models.fairs import Fair
from promotion.operations.participation import (
    confirm_participation,
    give_booth,
    invite_producers,
    refuse_participation,
)
from promotion.permissions.fairs import can_organise_fairs
from promotion.queries.organising import find_producers, holders_of, list_booths, list_participants
from promotion.views.organiser.access import led_to, own_fair, refusal_of, shown

WORDS_MAX = 80


@needs(can_organise_fairs)
def producers(fair_id: int) -> Response:
    """Everybody at the fair with what can be done about each."""
    return _page(own_fair(fair_id), 200)


@needs(can_organise_fairs)
@rate_limited("120/minute")
def invitations(fair_id: int) -> Response:
    """Look producers up by name and tick those to invite."""
    return _search_page(own_fair(fair_id), 200)


@needs(can_organise_fairs)
@rate_limited("60/minute")
def invitation_create(fair_id: int) -> AnyResponse:
    """Invite the producers that were ticked."""
    own_fair(fair_id)
    wanted = numbers_of(request.form.getlist("producers"), PRODUCERS_MAX)
    try:
        with transaction():
            invite_producers(fair_id, wanted, by=current_actor(), now=clock.now())
    except (InvalidFairError, ConflictError) as error:
        status = 422 if isinstance(error, InvalidFairError) else 409
        return _search_page(own_fair(fair_id), status, refused=refusal_of(error))
    return led_to(fair_id, "/producers", done="invited")


@needs(can_organise_fairs)
def confirmation_create(fair_id: int, participation_id: int) -> AnyResponse:
    """Give a registered producer its place, with a booth or without."""
    return _change(fair_id, participation_id, "confirmed")


@needs(can_organise_fairs)
def refusal_create(fair_id: int, participation_id: int) -> AnyResponse:
    """Refuse, with a reason that the producer reads."""
    return _change(fair_id, participation_id, "refused")


@needs(can_organise_fairs)
def booth_give(fair_id: int, participation_id: int) -> AnyResponse:
    """Give a confirmed producer another booth, or none."""
    return _change(fair_id, participation_id, "kept")


def _change(fair_id: int, participation_id: int, act: str) -> AnyResponse:
    own_fair(fair_id)
    by, now = current_actor(), clock.now()
    booth_id = whole_number(request.form.get("booth_id", "")) or None
    reason = clean_text(request.form.get("reason", ""))
    try:
        with transaction():
            if act == "confirmed":
                confirm_participation(fair_id, participation_id, booth_id, by=by, now=now)
            elif act == "refused":
                refuse_participation(fair_id, participation_id, reason, by=by, now=now)
            else:
                give_booth(fair_id, participation_id, booth_id, by=by, now=now)
    except (InvalidFairError, ConflictError) as error:
        status = 422 if isinstance(error, InvalidFairError) else 409
        return _page(
            own_fair(fair_id),
            status,
            refused=refusal_of(error),
            refused_id=participation_id,
            typed_reason=reason,
        )
    return led_to(fair_id, "/producers", done=act)


def _page(found: Fair, status: int, **values: Any) -> Response:
    holders = holders_of(found.id)
    return shown(
        "producers",
        found,
        status,
        participants=list_participants(found.id),
        free_booths=[booth for booth in list_booths(found.id) if booth.id not in holders],
        link=_invitation_link(found),
        is_over=found.is_over_on(clock.today()),
        **values,
    )


def _search_page(found: Fair, status: int, **values: Any) -> Response:
    words = clean_line((request.form if request.method == "POST" else request.args).get("q", "")[:WORDS_MAX])
    return shown(
        "invitations",
        found,
        status,
        words=words,
        found=find_producers(words, found.id),
        is_over=found.is_over_on(clock.today()),
        **values,
    )


def _invitation_link(found: Fair) -> str:
    return f"{_settings().public_base_url}/workspace/fairs/{found.slug}"


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
