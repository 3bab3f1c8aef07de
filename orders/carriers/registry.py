"""Which carriers' systems the settings switch on."""

from collections.abc import Callable
from typing import Final

from core.carrier_settings import CarrierAccess, CarrierSettings
from orders.carriers.base import Carrier
from orders.carriers.ghn import GhnCarrier
from orders.carriers.ghtk import GhtkCarrier
from orders.carriers.viettel_post import ViettelPostCarrier
from orders.carriers.vnpost import VnpostCarrier

_ADAPTERS: Final[dict[str, Callable[[CarrierAccess], Carrier]]] = {
    "ghn": GhnCarrier,
    "ghtk": GhtkCarrier,
    "viettel_post": ViettelPostCarrier,
    "vnpost": VnpostCarrier,
}


def carrier_for(code: str, settings: CarrierSettings) -> Carrier | None:
    """The system of a carrier; None for the manual mode and for what is not switched on."""
    access = settings.find(code)
    return _ADAPTERS[code](access) if access is not None else None
