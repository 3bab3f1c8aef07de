"""Which payment service stands behind each way of paying, by the settings. Transfers and cash have none."""

from core.config import Settings
from core.payment_settings import PaymentMode, Switch
from orders.gateways.base import Gateway
from orders.gateways.fake import FakeGateway
from orders.gateways.stripe_gateway import StripeGateway, can_pay_by_card
from orders.models.orders import PaymentMethod


def gateway_for(method: str, settings: Settings) -> Gateway | None:
    """The service of `method`; None for transfer and cash, and for what the settings do not switch on."""
    if method == PaymentMethod.STRIPE and settings.cards.is_on:
        return StripeGateway(settings.cards)
    if method == PaymentMethod.FAKE and settings.payments.fake_gateway is Switch.ON:
        return FakeGateway()
    return None


def list_methods(settings: Settings, total_vnd: int | None = None) -> tuple[PaymentMethod, ...]:
    """The ways of paying that a buyer is offered, in the order in which they are shown.

    total_vnd: of the basket; some sums cannot be asked of a card.
    Transfers need an account: the platform's of the settings, or (another matter of each basket) the producers'.
    """
    takes_transfers = (
        settings.payments.payment_mode is PaymentMode.PRODUCERS or settings.payments.has_platform_account
    )
    return (
        PaymentMethod.COD,
        *((PaymentMethod.VIETQR,) if takes_transfers else ()),
        *(
            method
            for method in (PaymentMethod.STRIPE, PaymentMethod.FAKE)
            if gateway_for(method, settings) is not None
            and (method is not PaymentMethod.STRIPE or total_vnd is None or can_pay_by_card(total_vnd))
        ),
    )
