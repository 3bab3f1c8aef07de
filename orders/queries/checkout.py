"""A basket with the delivery that the buyer chose for each parcel: what the last page shows, and what is ordered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from sqlalchemy import and_, bindparam, case, func, select

from core.db import UtcDateTime
from core.prepared import Prepared
from orders.checkout_rules import COD_REFUSED_FOR, OpenCod
from orders.delivery_terms import PICKUPS, DeliveryOption, Parcel
from orders.models.orders import Order, SellerOrder
from orders.queries.basket import get_basket
from orders.queries.basket_views import Basket, BasketLine, BasketParcel
from orders.states import OPEN, PaymentState

EMPTY: Final = "empty"
MINIMUM: Final = "minimum"
NO_DELIVERY: Final = "no_delivery"
"""Words for what keeps a basket from being ordered, beside those of `orders.baskets.LineProblem`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenParcel:
    """A parcel with its delivery. options: all that are offered; option: the chosen one, else the basket's own."""

    of_basket: BasketParcel
    parcel: Parcel
    options: tuple[DeliveryOption, ...]
    option: DeliveryOption
    is_chosen: bool

    @property
    def producer_id(self) -> int:
        return self.of_basket.producer_id

    @property
    def name(self) -> str:
        return self.of_basket.name

    @property
    def lines(self) -> tuple[BasketLine, ...]:
        return self.of_basket.lines

    @property
    def goods_vnd(self) -> int:
        return self.of_basket.goods_vnd

    @property
    def discount_vnd(self) -> int:
        return self.of_basket.discount_vnd

    @property
    def discount_platform_vnd(self) -> int:
        return self.of_basket.discount_platform_vnd

    @property
    def shipping_vnd(self) -> int:
        return self.option.fee_vnd

    @property
    def ticked_key(self) -> str:
        """Key of the option that the form shows ticked: the chosen one, else what the basket's total was made with.

        Where goods are fetched the buyer has to say: of several places none is more likely than another.
        """
        is_told = self.is_chosen or len(self.options) == 1 or self.option.kind not in PICKUPS
        return self.option.key if is_told else ""

    @property
    def total_vnd(self) -> int:
        return self.goods_vnd + self.shipping_vnd - self.discount_vnd


@dataclass(frozen=True, kw_only=True)
class ChosenBasket:
    """A basket as it would be ordered. unsent: names of producers from whom nothing reaches the place."""

    basket: Basket
    parcels: tuple[ChosenParcel, ...]
    unsent: tuple[str, ...]

    @cached_property
    def goods_vnd(self) -> int:
        return sum(parcel.goods_vnd for parcel in self.parcels)

    @cached_property
    def shipping_vnd(self) -> int:
        return sum(parcel.shipping_vnd for parcel in self.parcels)

    @cached_property
    def discount_vnd(self) -> int:
        return sum(parcel.discount_vnd for parcel in self.parcels)

    @property
    def total_vnd(self) -> int:
        return self.goods_vnd + self.shipping_vnd - self.discount_vnd

    @property
    def buyer_age(self) -> int:
        """Years that the buyer must declare to have, 0 for none."""
        return max((line.terms.terms.buyer_age for line in self.basket.lines), default=0)

    @property
    def needs_address(self) -> bool:
        return any(parcel.option.kind not in PICKUPS for parcel in self.parcels)

    @property
    def is_perishable(self) -> bool:
        return any(each.parcel.is_chilled or each.parcel.max_transit_days for each in self.parcels)

    @property
    def can_all_be_fetched(self) -> bool:
        """Whether every parcel can be fetched somewhere, so that no address is needed."""
        return bool(self.parcels) and all(
            any(option.kind in PICKUPS for option in parcel.options) for parcel in self.parcels
        )

    @property
    def problems(self) -> tuple[str, ...]:
        """What keeps it from being ordered as it is chosen; empty if nothing does."""
        found = [str(problem) for problem in self.basket.problems]
        if not self.parcels and not self.unsent:
            found.append(EMPTY)
        if self.unsent or not all(parcel.is_chosen for parcel in self.parcels):
            found.append(NO_DELIVERY)
        if any(parcel.of_basket.missing_vnd for parcel in self.parcels):
            found.append(MINIMUM)
        return tuple(dict.fromkeys(found))


def get_chosen_basket(
    cart_id: int,
    *,
    province_code: str | None,
    commune_code: str | None,
    deliveries: Mapping[int, str],
    on: date,
    row: Any | None = None,
) -> ChosenBasket:
    """The basket priced for a place, with the option of the key in `deliveries` for each producer.

    Where no key is given, or that option is not offered any more, the parcel has the basket's own choice and
    `is_chosen` is False. row: as `get_basket` takes it.
    """
    basket = get_basket(cart_id, province_code=province_code, commune_code=commune_code, on=on, row=row)
    parcels = tuple(
        chosen for parcel in basket.parcels if (chosen := _chosen(parcel, deliveries)) is not None
    )
    sent = {parcel.producer_id for parcel in parcels}
    return ChosenBasket(
        basket=basket,
        parcels=parcels,
        unsent=tuple(parcel.name for parcel in basket.parcels if parcel.producer_id not in sent),
    )


def _chosen(parcel: BasketParcel, deliveries: Mapping[int, str]) -> ChosenParcel | None:
    if parcel.parcel is None or parcel.delivery is None:
        return None
    wanted = deliveries.get(parcel.producer_id)
    chosen = next((option for option in parcel.options if option.key == wanted), None)
    return ChosenParcel(
        of_basket=parcel,
        parcel=parcel.parcel,
        options=parcel.options,
        option=chosen or parcel.delivery,
        is_chosen=chosen is not None,
    )


def fetched_only(chosen: ChosenBasket) -> ChosenBasket:
    """The same with only what the buyer can come for on offer."""
    return replace(
        chosen,
        parcels=tuple(
            replace(parcel, options=fetched, option=parcel.option if parcel.option in fetched else fetched[0])
            for parcel in chosen.parcels
            if (fetched := tuple(option for option in parcel.options if option.kind in PICKUPS))
        ),
    )


_IS_DUE: Final = and_(
    SellerOrder.__table__.c.payment == PaymentState.COD_DUE.value,
    SellerOrder.__table__.c.lifecycle.in_([str(state) for state in OPEN]),
)
_IS_REFUSED: Final = and_(
    SellerOrder.__table__.c.payment == PaymentState.COD_REFUSED.value,
    Order.__table__.c.placed_at > bindparam("since", type_=UtcDateTime()),
)
# Put together once, over plain columns: asked for on two pages and at every order.
_OPEN_COD: Final = Prepared(
    select(
        func.count(func.distinct(case((_IS_DUE, Order.__table__.c.id)))),
        func.coalesce(func.sum(case((_IS_DUE, SellerOrder.__table__.c.total_vnd), else_=0)), 0),
        func.count(func.distinct(case((_IS_REFUSED, Order.__table__.c.id)))),
    )
    .select_from(Order.__table__)
    .join(SellerOrder.__table__, SellerOrder.__table__.c.order_id == Order.__table__.c.id)
    .where(Order.__table__.c.phone == bindparam("of_phone"), Order.__table__.c.method == "cod")
)


def get_open_cod(phone: str, now: datetime) -> OpenCod:
    """What the telephone number has under way to be paid at the door, and its refusals of late. One statement."""
    row = _OPEN_COD.first({"of_phone": phone, "since": now - COD_REFUSED_FOR})
    return OpenCod() if row is None else OpenCod(int(row[0]), int(row[1]), int(row[2]))
