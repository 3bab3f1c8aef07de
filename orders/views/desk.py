"""The producer's order desk: lists by what is to be done, and the big buttons, for one order or for many."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from accounts.access import needs
from accounts.actors import Actor
from core import clock
from core.db import ID_MAX, transaction
from core.errors import ConflictError, NotFoundError
from core.text import clean_line
from core.web.frames import render_framed
from orders.models.orders import SellerOrder
from orders.operations.desk import confirm_order, hand_over, pack_order
from orders.permissions import can_enter_order_desk
from orders.queries.desk import SHOWN, OrderList, Tab, find_orders, list_orders
from orders.queries.desk_order import get_own_order
from orders.views.desk_access import OrderDesk, order_desk
from orders.views.order_cards import draw_card

BULK_MOST: Final = SHOWN
CODE_MAX: Final = 11
ACTS: Final = {"new": "confirmations", "pack": "packings", "send": "handovers"}

Act = Callable[[SellerOrder, Actor, datetime], bool]


@needs(can_enter_order_desk)
def orders(producer_id: int) -> str:
    """One list of orders, the newest first, or what a search found."""
    desk = order_desk(producer_id)
    words = clean_line(request.args.get("q", ""))[:40]
    tab = _tab(request.args.get("tab", ""))
    found = find_orders(producer_id, words) if words else list_orders(producer_id, tab, before=_before())
    return _page(desk, found, tab, words)


@needs(can_enter_order_desk)
def confirmations_create(producer_id: int) -> Response:
    """Say yes to one order or many."""
    return _act_on_many(producer_id, Tab.NEW, lambda part, by, now: confirm_order(part, by=by, now=now))


@needs(can_enter_order_desk)
def packings_create(producer_id: int) -> Response:
    """One order or many are packed."""
    return _act_on_many(producer_id, Tab.PACK, lambda part, by, now: pack_order(part, by=by, now=now))


@needs(can_enter_order_desk)
def handovers_create(producer_id: int) -> Response:
    """One order or many leave the house, without a number."""
    return _act_on_many(producer_id, Tab.SEND, lambda part, by, now: hand_over(part, by=by, now=now))


def _act_on_many(producer_id: int, tab: Tab, act: Act) -> Response:
    """Each order in a transaction of its own, so that one that cannot keeps no other back."""
    desk = order_desk(producer_id)
    codes = _chosen_codes()
    done, refused = 0, 0
    for code in codes:
        try:
            with transaction():
                done += act(get_own_order(producer_id, code), desk.actor, clock.now())
        except (ConflictError, NotFoundError):
            refused += 1
    if request.form.get("then") == "order" and len(codes) == 1 and not refused:
        return redirect(url_for("order_desk.order", producer_id=producer_id, code=codes[0]), 303)
    target = url_for(
        "order_desk.orders", producer_id=producer_id, tab=tab.value, done=done, refused=refused or None
    )
    return redirect(target, 303)


def _chosen_codes() -> Sequence[str]:
    """The one order whose own button was pressed, else those that were ticked, each once."""
    only = request.form.get("only", "")
    codes = [only] if only else request.form.getlist("code")
    return list(dict.fromkeys(code for code in codes if 0 < len(code) <= CODE_MAX))[:BULK_MOST]


def _tab(name: str) -> Tab:
    return Tab(name) if name in set(Tab) else Tab.NEW


def _before() -> int | None:
    typed = request.args.get("before", "")
    is_number = typed.isascii() and typed.isdigit() and len(typed) < 19
    return int(typed) if is_number and int(typed) > 0 else None


def _told(name: str) -> int:
    """A number that the address tells, for a sentence about what was done."""
    typed = request.args.get(name, "")
    return min(int(typed), ID_MAX) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0


def _page(desk: OrderDesk, found: OrderList, tab: Tab, words: str) -> str:
    return render_framed(
        "orders/desk.html",
        frame=(desk.producer.id, desk.producer.name),
        desk=desk,
        producer=desk.producer,
        found=found,
        tab=tab.value,
        words=words,
        today=clock.today(),
        acts=ACTS,
        draw_card=draw_card,
        done=_told("done"),
        refused=_told("refused"),
    )
