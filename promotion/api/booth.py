"""The booth's telephone: pairing, what it needs to sell without a network, what it did. Shapes: docs/booth.md."""

import logging
from typing import Any, Final, TypedDict

from flask import Response, current_app, jsonify, make_response
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from accounts.access import current_actor, needs
from accounts.queries.actors import get_actor
from catalog.api.bodies import read_body, read_json
from core import clock
from core.config import Settings
from core.db import transaction
from core.errors import AppError
from core.places import list_communes, list_provinces
from core.web.access import public
from orders.permissions import can_enter_order_desk
from promotion.api.device_access import current_device, needs_device
from promotion.booth_terms.items import item_id
from promotion.booth_terms.rules import ITEMS_MAX
from promotion.booth_terms.words import item_words
from promotion.errors.counter import InvalidBoothError, TakenOverError
from promotion.models.counter import BoothDevice
from promotion.operations.devices import pair_device, refill_references
from promotion.operations.sync import take_item
from promotion.queries.booth_pack import get_booth_pack
from promotion.queries.counter import get_own_booth

RECEIPTS: Final = "/receipts/"
log = logging.getLogger("promotion.booth")


class PairingBody(TypedDict):
    """Which booth, and what the telephone is called."""

    participation_id: int
    name: str


@needs(can_enter_order_desk)
def device_create() -> Response:
    """Make this telephone the booth's. 201 with its token, told this once, and the first pack."""
    body = read_body(PairingBody)
    with transaction():
        booth = get_own_booth(current_actor(), body["participation_id"])
        device, token, before = pair_device(booth, name=body["name"], by=current_actor(), now=clock.now())
        told = {
            "device_id": device.id,
            "token": token,
            "took_over": {"device_id": before.id, "name": before.name} if before else None,
            "pack": make_pack(device),
        }
    answer = make_response(jsonify(told), 201)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@needs_device
def pack() -> Response:
    """All that is needed to sell without a network. 403 for a telephone that was taken over."""
    with transaction():
        device = current_device()
        if device.ended_at is not None:
            raise TakenOverError
        device.seen_at = clock.now()
        told = make_pack(device)
    return jsonify(told)


@needs_device
def sync() -> Response:
    """What was done without a network: one result for each item, each in a transaction of its own, and a fresh pack.

    An item at which something broke has none, so that the telephone keeps it and the items after it are taken.
    """
    items = _items(read_json())
    results = [result for each in items if (result := _result(each)) is not None]
    with transaction():
        device = current_device()
        device.seen_at = device.synced_at = clock.now()
        is_taken_over = device.ended_at is not None
        fresh = None if is_taken_over else make_pack(device)
    return jsonify(results=results, pack=fresh, device={"is_taken_over": is_taken_over})


@public
def communes() -> Response:
    """Today's communes by province, for writing addresses without a network: kept by the telephone for a week."""
    told = {
        province.code: [[each.code, each.name] for each in list_communes(province.code)]
        for province in list_provinces()
    }
    answer = jsonify(told)
    answer.headers["Cache-Control"] = "public, max-age=604800"
    return answer


def _items(body: Any) -> list[Any]:
    """The items of a body. Raises InvalidBoothError for what is no list of at most `ITEMS_MAX`."""
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list):
        raise InvalidBoothError(field="items", reason="not_a_list")
    if len(items) > ITEMS_MAX:
        raise InvalidBoothError(field="items", reason="too_many", most=ITEMS_MAX)
    return items


def _result(raw: Any) -> dict[str, Any] | None:
    """What became of an item, None if something broke at it. Raises OperationalError: then no item could be taken."""
    try:
        with transaction():
            device = current_device()
            done = take_item(device, raw, by=get_actor(device.paired_by_id), now=clock.now())
    except OperationalError:
        raise
    except (AppError, SQLAlchemyError) as error:
        log.error("item of a booth not taken", extra={"item_id": item_id(raw)}, exc_info=error)
        return None
    settings: Settings = current_app.extensions["settings"]
    receipt = "/".join(done.receipt) if done.receipt else None
    return {
        "id": done.id,
        "outcome": done.outcome,
        "order_code": done.order_code,
        "receipt_url": f"{settings.public_base_url}{RECEIPTS}{receipt}" if receipt else None,
        "words_vi": item_words(done.outcome, done.told, "vi"),
        "words_en": item_words(done.outcome, done.told, "en"),
    }


def make_pack(device: BoothDevice) -> dict[str, Any]:
    """The pack of a telephone, its codes filled up. Within a transaction."""
    settings: Settings = current_app.extensions["settings"]
    references = refill_references(device, now=clock.now())
    link_base = f"{settings.public_base_url}{RECEIPTS}"
    return get_booth_pack(device, references, link_base=link_base, now=clock.now())
