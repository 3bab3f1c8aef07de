"""Which telephone comes in: the mark of views that are opened by a booth's token instead of a cookie.

A browser never sends the token by itself, so these views alone need no token against forged forms.
Source: RFC 6750 (bearer tokens).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar

from flask import current_app, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import TooManyRequests, Unauthorized

from accounts.queries.actors import get_actor
from accounts.tokens import hash_token
from core.limits import rate_limited, use_up
from core.web.setup import csrf
from orders.permissions import can_handle_orders
from promotion.models.counter import BoothDevice, DeviceEnd
from promotion.queries.counter import find_device

View = TypeVar("View", bound=Callable[..., Any])

DEVICE_LIMIT: Final = "60/minute"
"""For each telephone: a booth that comes back into the network sends a hundred things at a time."""
NETWORK_LIMIT: Final = "600/minute"
"""For each network, right or wrong token: all booths of a fair may share one."""
TOKEN_MAX: Final = 60


def needs_device(view: View) -> View:
    """Only for a telephone that was paired and not ended, also one that was taken over. Else 401; too often 429."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        device = _device()
        allowance = use_up(DEVICE_LIMIT, "booth_device", str(device.id))
        if not allowance.is_within:
            raise TooManyRequests(retry_after=allowance.reset_seconds)
        g.booth_device_hash = device.token_hash
        answer = current_app.make_response(view(*args, **kwargs))
        answer.headers["Cache-Control"] = "no-store"
        return answer

    guarded.access = "key"  # type: ignore[attr-defined]
    csrf.exempt(guarded)
    return guarded  # type: ignore[return-value]


def current_device() -> BoothDevice:
    """The telephone that asks, as it stands now. Raises Unauthorized if it was ended meanwhile."""
    return _alive(find_device(g.booth_device_hash))


@rate_limited(NETWORK_LIMIT, name="booth_devices")
def _device() -> BoothDevice:
    """Raises Unauthorized with the same words for no token, an unknown one, and one that was ended."""
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    token = text.strip()[:TOKEN_MAX]
    return _alive(find_device(hash_token(token)) if scheme.lower() == "bearer" and token else None)


def _alive(device: BoothDevice | None) -> BoothDevice:
    """It speaks for whoever paired it, and only as long as that person works at the booth's producer."""
    if device is None or device.ended_because == DeviceEnd.ENDED or not _is_of_the_team(device):
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": "booth"}))
    return device


def _is_of_the_team(device: BoothDevice) -> bool:
    return can_handle_orders(get_actor(device.paired_by_id), device.participation.producer_id)
