"""What must be true of a buyer's choices before an order is made of them."""

from datetime import datetime

from orders.checkout_rules import CheckoutDraft, cod_fault
from orders.errors import InvalidOrderError
from orders.models.orders import PaymentMethod
from orders.queries.checkout import ChosenBasket, get_open_cod


def require_agreed(draft: CheckoutDraft, chosen: ChosenBasket) -> None:
    """Raises InvalidOrderError: `terms` not agreed to, `age` not declared, an `address` or a `name` missing."""
    if not draft.terms:
        raise InvalidOrderError(field="terms", reason="missing")
    if draft.declared_age < chosen.buyer_age:
        raise InvalidOrderError(field="age", reason="missing")
    if not draft.name or not draft.phone:
        raise InvalidOrderError(field="name" if not draft.name else "phone", reason="missing")
    if chosen.needs_address and not (draft.commune_code and draft.street):
        raise InvalidOrderError(field="street" if draft.commune_code else "commune", reason="missing")


def require_cod_allowed(draft: CheckoutDraft, chosen: ChosenBasket, *, now: datetime) -> None:
    """Raises InvalidOrderError(field="method") where so much may not be paid at the door. Source: `cod_fault`."""
    if draft.method != PaymentMethod.COD:
        return
    under_way = get_open_cod(draft.phone, now)
    fault = cod_fault(chosen.total_vnd, under_way, is_perishable=chosen.is_perishable)
    if fault is not None:
        raise InvalidOrderError(field="method", reason=fault)
