"""Which payment service stands behind each way of paying, by the settings. Transfers and cash have none."""

from core.config import Settings
from orders.gateways.base import Gateway
from orders.gateways.stripe_gateway import StripeGateway
from orders.models.orders import PaymentMethod


def gateway_for(method: str, settings: Settings) -> Gateway | None:
    """The service of `method`; None for transfer and cash, and for what the settings do not switch on."""
    if method == PaymentMethod.STRIPE and settings.cards.is_on:
        return StripeGateway(settings.cards)
    return None


def list_methods(settings: Settings) -> tuple[PaymentMethod, ...]:
    """The ways of paying that a buyer is offered, in the order in which they are shown."""
    return (
        PaymentMethod.COD,
        PaymentMethod.VIETQR,
        *(
            method
            for method in (PaymentMethod.STRIPE, PaymentMethod.FAKE)
            if gateway_for(method, settings) is not None
        ),
    )
