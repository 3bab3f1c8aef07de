"""Addresses where a producer's own systems are told of changes, and the log of what was sent. For owners only."""

from flask import Response, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.errors import InvalidWebhookError, TooManyWebhooksError
from catalog.forms.keys import WebhookForm
from catalog.models import Producer
from catalog.operations import webhooks as operations
from catalog.operations.webhook_delivery import secrets_of
from catalog.permissions.workspace import can_enter_workspace, can_manage_team
from catalog.queries.webhooks import list_deliveries, list_endpoints
from catalog.queries.workspace import get_own_producer
from core import clock
from core.config import Environment, Settings
from core.db import transaction
from core.limits import rate_limited


@needs(can_enter_workspace, confirmed=True)
def webhooks(producer_id: int) -> Response:
    """Addresses, the form for another, and the log."""
    _actor, producer = _owner(producer_id)
    return _page(producer, WebhookForm(), 200)


@needs(can_enter_workspace, confirmed=True)
@rate_limited("20/minute")
def webhook_create(producer_id: int) -> Response:
    """Add an address and tell its secret, here and never again."""
    form = WebhookForm.parse(request.form)
    try:
        with transaction():
            actor, producer = _owner(producer_id)
            endpoint = operations.add_endpoint(
                producer.id,
                form.url,
                form.events,
                by=actor,
                now=clock.now(),
                is_trusted=_settings().ocop_env is Environment.TESTING,
            )
            secret = secrets_of(endpoint, _settings().keys, now=clock.now())[0]
    except InvalidWebhookError as error:
        wrong = form.with_error(str(error.facts["field"]), str(error.facts["reason"]))
        return _page(_owner(producer_id)[1], wrong, 422)
    except TooManyWebhooksError:
        return _page(_owner(producer_id)[1], form.with_error("url", "too_many"), 409)
    return _page(_owner(producer_id)[1], WebhookForm(), 201, secret)


@needs(can_enter_workspace, confirmed=True)
@rate_limited("20/minute")
def webhook_secret(producer_id: int, endpoint_id: int) -> Response:
    """Give an address a new secret and tell it; the old one signs too for a day."""
    with transaction():
        actor, producer = _owner(producer_id)
        endpoint = operations.get_endpoint(producer.id, endpoint_id)
        operations.rotate_secret(endpoint, by=actor, now=clock.now())
        secret = secrets_of(endpoint, _settings().keys, now=clock.now())[0]
    return _page(_owner(producer_id)[1], WebhookForm(), 201, secret)


@needs(can_enter_workspace, confirmed=True)
@rate_limited("20/minute")
def webhook_ping(producer_id: int, endpoint_id: int) -> AnyResponse:
    """Try an address with an event without meaning."""
    with transaction():
        _actor, producer = _owner(producer_id)
        operations.send_ping(operations.get_endpoint(producer.id, endpoint_id), now=clock.now())
    return _back(producer_id)


@needs(can_enter_workspace, confirmed=True)
def webhook_activate(producer_id: int, endpoint_id: int) -> AnyResponse:
    """Switch an address on again."""
    with transaction():
        actor, producer = _owner(producer_id)
        operations.enable(operations.get_endpoint(producer.id, endpoint_id), by=actor, now=clock.now())
    return _back(producer_id)


@needs(can_enter_workspace, confirmed=True)
def webhook_remove(producer_id: int, endpoint_id: int) -> AnyResponse:
    """Tell an address nothing more."""
    with transaction():
        actor, producer = _owner(producer_id)
        operations.remove_endpoint(
            operations.get_endpoint(producer.id, endpoint_id), by=actor, now=clock.now()
        )
    return _back(producer_id)


@needs(can_enter_workspace, confirmed=True)
@rate_limited("60/minute")
def webhook_replay(producer_id: int, delivery_id: int) -> AnyResponse:
    """Send a message of the log again."""
    with transaction():
        actor, producer = _owner(producer_id)
        operations.replay(producer.id, delivery_id, by=actor, now=clock.now())
    return _back(producer_id)


def _owner(producer_id: int) -> tuple[Actor, Producer]:
    """Who asks, and the producer if they own it. Raises NotYoursError."""
    actor = current_actor()
    producer = get_own_producer(actor, producer_id)
    if not can_manage_team(actor, producer_id):
        raise NotYoursError(producer_id=producer_id)
    return actor, producer


def _back(producer_id: int) -> AnyResponse:
    return redirect(f"{request.script_root}/workspace/{producer_id}/webhooks", 303)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _page(producer: Producer, form: WebhookForm, status: int, secret: str = "") -> Response:  # nosec B107
    page = render_template(
        "workspace/webhooks.html",
        producer=producer,
        form=form,
        secret=secret,
        endpoints=list_endpoints(producer.id),
        deliveries=list_deliveries(producer.id),
        most=operations.ENDPOINTS_MAX,
    )
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
