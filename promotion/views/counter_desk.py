"""Selling at a fair, for the producer: goods for the booth, its telephone, what waits for a word, the days' counts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from catalog.typed_amounts import UnreadableAmountError, typed_count
from core import clock
from core.db import transaction
from orders.errors import InvalidSliceError, ShortStockError
from orders.permissions import can_enter_order_desk
from orders.views.desk_access import OrderDesk, order_desk
from promotion.booth_terms.words import item_words
from promotion.errors.counter import BoothChangedError, DecidedError
from promotion.models.counter import BoothItem, Choice
from promotion.models.fairs import Participation
from promotion.operations.conflicts import decide
from promotion.operations.day_end import bring_all_back
from promotion.operations.devices import end_device
from promotion.operations.taking_along import carry_to_booth
from promotion.queries.counter import get_booth_at
from promotion.queries.counter_desk import get_counter_page, get_own_day_end, list_allotable

FIELD = "packs-"
TYPED_MAX = 12
FIELDS_MAX = 500
_NUMBER = re.compile(r"[0-9]{1,9}")
_ROW = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class _Refused:
    """What could not be done. short: packs that may be had, by number of the variant; typed: as it was typed."""

    reason: str = ""
    short: Mapping[int, int] = field(default_factory=dict)
    typed: Mapping[int, str] = field(default_factory=dict)


@needs(can_enter_order_desk)
def counter(producer_id: int, fair_id: int) -> Response:
    """All of it on one page."""
    return _page(*_booth(producer_id, fair_id), 200)


@needs(can_enter_order_desk)
def allotment_create(producer_id: int, fair_id: int) -> AnyResponse:
    """Take packs along to the booth, as many as were typed of each."""
    desk, booth = _booth(producer_id, fair_id)
    typed = _typed()
    try:
        packs = {number: count for number, text in typed.items() if (count := typed_count(text))}
    except UnreadableAmountError:
        return _page(desk, booth, 422, _Refused("unreadable", typed=typed))
    own = {each.variant_id for each in list_allotable(producer_id)}
    if not packs or not packs.keys() <= own:
        return _page(desk, booth, 422, _Refused("none", typed=typed))
    try:
        with transaction():
            carry_to_booth(booth, packs, seen_id=_seen(), by=desk.actor, now=clock.now())
    except BoothChangedError:
        return _page(desk, booth, 409, _Refused("changed", typed=typed))
    except ShortStockError as error:
        short = cast("Mapping[int, int]", error.facts["shortfalls"])
        return _page(desk, booth, 409, _Refused("short", short, typed))
    except InvalidSliceError:
        return _page(desk, booth, 422, _Refused("unreadable", typed=typed))
    return _back(producer_id, fair_id, "allotted")


@needs(can_enter_order_desk)
def bringing_back_create(producer_id: int, fair_id: int) -> AnyResponse:
    """Put all that is left at the booth on the shop's shelf again."""
    desk, booth = _booth(producer_id, fair_id)
    with transaction():
        bring_all_back(booth, by=desk.actor, now=clock.now())
    return _back(producer_id, fair_id, "brought_back")


@needs(can_enter_order_desk)
def device_ending_create(producer_id: int, fair_id: int, device_id: int) -> AnyResponse:
    """Let a telephone do nothing more."""
    desk, booth = _booth(producer_id, fair_id)
    with transaction():
        end_device(booth, device_id, by=desk.actor, now=clock.now())
    return _back(producer_id, fair_id, "ended")


@needs(can_enter_order_desk)
def decision_create(producer_id: int, fair_id: int, item_id: str) -> AnyResponse:
    """Say what is to become of a sale for which goods are missing."""
    desk, booth = _booth(producer_id, fair_id)
    choice = request.form.get("choice", "")
    if choice not in {each.value for each in Choice}:
        return _page(desk, booth, 422, _Refused("choice"))
    try:
        with transaction():
            decide(booth, item_id[:36], Choice(choice), by=desk.actor, now=clock.now())
    except ShortStockError:
        return _page(desk, booth, 409, _Refused("not_in_shop"))
    except DecidedError:
        return _back(producer_id, fair_id, "decided_before")
    return _back(producer_id, fair_id, "decided")


@needs(can_enter_order_desk)
def day_end(producer_id: int, fair_id: int, day_end_id: int) -> Response:
    """The count of a day, for printing."""
    desk, booth = _booth(producer_id, fair_id)
    html = render_template(
        "promotion_desk/day_end.html",
        producer=desk.producer,
        booth=booth,
        ended=get_own_day_end(booth.id, day_end_id),
    )
    return make_response(html)


def _booth(producer_id: int, fair_id: int) -> tuple[OrderDesk, Participation]:
    desk = order_desk(producer_id)
    return desk, get_booth_at(desk.actor, producer_id, fair_id)


def _seen() -> int:
    """The last row of packs carried to the booth that the form knows of."""
    text = request.form.get("seen", "")
    return int(text) if _ROW.fullmatch(text) else 0


def _typed() -> dict[int, str]:
    """What was typed for each pack, empty fields left out."""
    typed: dict[int, str] = {}
    for name, text in list(request.form.items())[:FIELDS_MAX]:
        number = name.removeprefix(FIELD)
        if name.startswith(FIELD) and _NUMBER.fullmatch(number) and text.strip():
            typed[int(number)] = text.strip()[:TYPED_MAX]
    return typed


def _page(desk: OrderDesk, booth: Participation, status: int, refused: _Refused | None = None) -> Response:
    html = render_template(
        "promotion_desk/counter.html",
        producer=desk.producer,
        booth=booth,
        page=get_counter_page(booth, on=clock.today()),
        words_of=_words,
        done=request.args.get("done", ""),
        refused=refused,
    )
    return make_response(html, status)


def _words(item: BoothItem, language: str) -> str:
    return item_words(item.outcome, item.told, language)


def _back(producer_id: int, fair_id: int, done: str) -> AnyResponse:
    address = f"{request.script_root}/workspace/{producer_id}/fairs/{fair_id}/counter?done={done}"
    return redirect(address, 303)
