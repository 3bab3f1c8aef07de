"""Keys of a producer's own systems: made, told once, listed, revoked. For owners who have just proved themselves."""

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.actors import Actor
from accounts.errors import InvalidKeyError, NotYoursError, TooManyKeysError
from accounts.operations.keys import KEYS_MAX, create_key, revoke_key
from accounts.queries.keys import list_keys
from catalog.forms.keys import KeyForm
from catalog.models import Producer
from catalog.permissions.workspace import can_enter_workspace, can_manage_team
from catalog.queries.workspace import get_own_producer
from core import clock
from core.db import transaction
from core.limits import rate_limited


@needs(can_enter_workspace, confirmed=True)
def api_keys(producer_id: int) -> Response:
    """All keys, and the form for another."""
    _actor, producer = _owner(producer_id)
    return _page(producer, KeyForm(), 200)


@needs(can_enter_workspace, confirmed=True)
@rate_limited("20/minute")
def api_key_create(producer_id: int) -> Response:
    """Make a key and tell its text, here and never again."""
    _actor, producer = _owner(producer_id)
    form = KeyForm.parse(request.form)
    if form.errors:
        return _page(producer, form, 422)
    try:
        with transaction():
            actor, producer = _owner(producer_id)
            _key, secret = create_key(
                producer.id,
                name=form.name,
                scopes=form.scopes,
                expires_on=form.expires_on,
                by=actor,
                now=clock.now(),
            )
    except InvalidKeyError as error:
        name = {"expires_on": "ends"}.get(str(error.facts["field"]), str(error.facts["field"]))
        return _page(_owner(producer_id)[1], form.with_error(name, str(error.facts["reason"])), 422)
    except TooManyKeysError:
        return _page(_owner(producer_id)[1], form.with_error("name", "too_many"), 409)
    return _page(_owner(producer_id)[1], KeyForm(), 201, secret)


@needs(can_enter_workspace, confirmed=True)
def api_key_revoke(producer_id: int, key_id: int) -> AnyResponse:
    """Make a key worthless; harmless when repeated."""
    with transaction():
        actor, producer = _owner(producer_id)
        revoke_key(producer.id, key_id, by=actor, now=clock.now())
    return redirect(f"{request.script_root}/workspace/{producer_id}/api-keys", 303)


def _owner(producer_id: int) -> tuple[Actor, Producer]:
    """Who asks, and the producer if they own it. Raises NotYoursError."""
    actor = current_actor()
    producer = get_own_producer(actor, producer_id)
    if not can_manage_team(actor, producer_id):
        raise NotYoursError(producer_id=producer_id)
    return actor, producer


def _page(producer: Producer, form: KeyForm, status: int, secret: str = "") -> Response:  # nosec B107
    keys, today = list_keys(producer.id), clock.today()
    page = render_template(
        "workspace/api_keys.html",
        producer=producer,
        form=form,
        secret=secret,
        valid=[key for key in keys if key.is_valid_on(today)],
        ended=[key for key in keys if not key.is_valid_on(today)],
        most=KEYS_MAX,
    )
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
