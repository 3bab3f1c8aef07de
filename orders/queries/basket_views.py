"""A basket as pages and checkout see it: one tree of values, judged for one day and one place of delivery."""

from dataclasses import dataclass
from datetime import date

from catalog.queries.pictures import PictureView
from catalog.queries.sale_terms import GoodsTerms
from catalog.unit_prices import UnitPrice
from orders.baskets import LineProblem, VoucherProblem
from orders.delivery_terms import DeliveryOption, Parcel, RefusedOption


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsFacts:
    """What is told of a pack in a basket. alcohol: as the label prints it. criteria_set, group_no: of the product."""

    variant_id: int
    product_id: int
    slug: str
    name: str
    name_en: str | None
    pack: str
    pack_en: str | None
    group_no: int | None
    criteria_set: int | None
    alcohol: str | None
    is_demonstration: bool
    illustration: str | None
    cover: PictureView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDiscount:
    """A discount on a line. kind: «voucher» or «bundle», id of which; bearer: «platform» or «producer»."""

    kind: str
    id: int
    bearer: str
    amount_vnd: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketLine:
    """Packs of one kind, asked for by themselves or as part of a hamper (`bundle`: its slug).

    quantity: asked for; buyable: of them to be had now, which alone count in `goods_vnd` and in every total.
    available: packs there for this line. terms: of sale on the day (age of the buyer, vouchers or not). next_month,
    away_until: facts of problems.
    """

    line_id: int
    goods: GoodsFacts
    terms: GoodsTerms
    producer_id: int
    quantity: int
    buyable: int
    available: int
    unit_price_vnd: int
    seen_price_vnd: int
    unit_price: UnitPrice | None = None
    problem: LineProblem | None = None
    next_month: int | None = None
    away_until: date | None = None
    bundle_id: int | None = None
    bundle: str | None = None
    discounts: tuple[LineDiscount, ...] = ()

    @property
    def variant_id(self) -> int:
        return self.goods.variant_id

    @property
    def goods_vnd(self) -> int:
        return self.unit_price_vnd * self.buyable

    @property
    def discount_vnd(self) -> int:
        return sum(each.amount_vnd for each in self.discounts)

    @property
    def discount_platform_vnd(self) -> int:
        return sum(each.amount_vnd for each in self.discounts if each.bearer == "platform")

    @property
    def price_change_vnd(self) -> int:
        """How much one costs more (or, below 0, less) than when the person last saw it."""
        return self.unit_price_vnd - self.seen_price_vnd


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketBundle:
    """Hampers of one kind. Their parts are lines of the parcels. price_vnd: of one, its discount taken off."""

    line_id: int
    bundle_id: int
    slug: str
    name: str
    name_en: str | None
    quantity: int
    buyable: int
    available: int
    price_vnd: int
    full_vnd: int
    seen_price_vnd: int
    problem: LineProblem | None = None

    @property
    def price_change_vnd(self) -> int:
        return self.price_vnd - self.seen_price_vnd


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketParcel:
    """What one producer would send. minimum_vnd: less it does not send; missing_vnd: to that.

    options: every way of delivery offered to the place; delivery: the cheapest that is brought, else the cheapest.
    """

    producer_id: int
    slug: str
    name: str
    lines: tuple[BasketLine, ...]
    goods_vnd: int
    discount_vnd: int
    discount_platform_vnd: int
    minimum_vnd: int = 0
    parcel: Parcel | None = None
    options: tuple[DeliveryOption, ...] = ()
    delivery: DeliveryOption | None = None
    refused: tuple[RefusedOption, ...] = ()

    @property
    def missing_vnd(self) -> int:
        return max(0, self.minimum_vnd - self.goods_vnd)

    @property
    def shipping_vnd(self) -> int:
        return self.delivery.fee_vnd if self.delivery else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketVoucher:
    """The code in the basket: what it takes off, or why nothing. id: None for an unknown code."""

    code: str
    id: int | None
    discount_vnd: int
    problem: VoucherProblem | None = None
    missing_vnd: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """A whole basket. kept: lines set aside, in no total. shipping_vnd: of the cheapest delivery of every parcel.

    province_code: where fees are for; unless is_province_chosen it was only supposed.
    """

    cart_id: int | None
    province_code: str | None
    is_province_chosen: bool = False
    parcels: tuple[BasketParcel, ...] = ()
    bundles: tuple[BasketBundle, ...] = ()
    kept: tuple[BasketLine, ...] = ()
    kept_bundles: tuple[BasketBundle, ...] = ()
    voucher: BasketVoucher | None = None

    @property
    def lines(self) -> tuple[BasketLine, ...]:
        return tuple(line for parcel in self.parcels for line in parcel.lines)

    @property
    def goods_vnd(self) -> int:
        return sum(parcel.goods_vnd for parcel in self.parcels)

    @property
    def discount_vnd(self) -> int:
        return sum(parcel.discount_vnd for parcel in self.parcels)

    @property
    def shipping_vnd(self) -> int:
        return sum(parcel.shipping_vnd for parcel in self.parcels)

    @property
    def total_vnd(self) -> int:
        return self.goods_vnd + self.shipping_vnd - self.discount_vnd

    @property
    def count(self) -> int:
        """Things in it: packs asked for by themselves, and hampers."""
        alone = sum(line.quantity for line in self.lines if line.bundle_id is None)
        return alone + sum(bundle.quantity for bundle in self.bundles)

    @property
    def is_empty(self) -> bool:
        return not self.parcels and not self.bundles

    @property
    def problems(self) -> tuple[LineProblem, ...]:
        """What must be settled before an order; empty if nothing."""
        return tuple(line.problem for line in self.lines if line.problem is not None)

    @property
    def has_changes(self) -> bool:
        """Whether anything is not as the person last saw it."""
        things: tuple[BasketLine | BasketBundle, ...] = (*self.lines, *self.bundles)
        return any(each.problem is not None or each.price_change_vnd for each in things)

    @property
    def is_ready(self) -> bool:
        """Whether an order can be made of it as it stands: every parcel has its minimum and a way of delivery."""
        parcels_are_ready = all(not each.missing_vnd and each.delivery is not None for each in self.parcels)
        return not self.is_empty and not self.problems and parcels_are_ready
