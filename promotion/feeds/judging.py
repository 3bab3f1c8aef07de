"""Whether goods go on a shelf, with which rows, and why not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.i18n import DEFAULT_LANGUAGE, speaking
from promotion.channel_rules import Breach, Channel, ChannelKey, Reason, check_row, wrong_star_claim
from promotion.feeds import values
from promotion.feeds.rows import make_row
from promotion.queries.channel_goods import Goods, Pack

ALCOHOL_SETS: Final = frozenset({14, 15})
"""Spirits and other alcoholic drinks. Source: Decision 26/2026/QĐ-TTg, appendix II."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Where goods are shown. base_url: without a slash at the end. takes_demonstration: whether made-up goods go."""

    base_url: str
    takes_demonstration: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfRow:
    """A pack as the shelf's file would have it, and the rules it does not keep."""

    pack: Pack
    row: dict[str, str]
    breaches: tuple[Breach, ...]

    @property
    def goes_out(self) -> bool:
        return not any(each.blocks for each in self.breaches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a product on a shelf. rows: of all its packs with a price, where nothing else keeps it off."""

    goods: Goods
    channel: ChannelKey
    reason: Reason
    rows: tuple[ShelfRow, ...] = ()

    @property
    def offered(self) -> tuple[ShelfRow, ...]:
        """The rows that are in the file."""
        return tuple(each for each in self.rows if each.goes_out)


def judge(goods: Goods, channel: Channel, on: date, shop: Shop) -> Verdict:
    """The verdict on one product, on the day for which it was read. Texts are made in Vietnamese."""
    reason = _common_reason(goods, shop)
    return _verdict(goods, channel, on, shop, reason)


def judge_all(goods: Goods, channels: Iterable[Channel], on: date, shop: Shop) -> Iterator[Verdict]:
    """Verdicts on one product for several shelves."""
    reason = _common_reason(goods, shop)
    for channel in channels:
        yield _verdict(goods, channel, on, shop, reason)


def _verdict(goods: Goods, channel: Channel, on: date, shop: Shop, reason: Reason | None) -> Verdict:
    if reason is None and channel.key in goods.kept_off:
        reason = Reason.KEPT_OFF
    priced = [pack for pack in goods.packs if pack.price_vnd]
    if reason is None and not priced:
        reason = Reason.NO_PACK
    if reason is not None:
        return Verdict(goods=goods, channel=channel.key, reason=reason)
    with speaking(DEFAULT_LANGUAGE):
        rows = tuple(_shelf_row(goods, pack, channel, on, shop) for pack in priced)
    is_offered = any(row.goes_out for row in rows)
    return Verdict(
        goods=goods,
        channel=channel.key,
        reason=Reason.OFFERED if is_offered else Reason.BREACH,
        rows=rows,
    )


def _shelf_row(goods: Goods, pack: Pack, channel: Channel, on: date, shop: Shop) -> ShelfRow:
    row = make_row(channel, goods, pack, shop.base_url)
    side = values.shorter_side(goods)
    facts = {} if side is None else {"image_side": side}
    return ShelfRow(pack=pack, row=row, breaches=tuple(check_row(channel, row, on, facts)))


def _common_reason(goods: Goods, shop: Shop) -> Reason | None:
    """Why goods go on no shelf at all; None where nothing speaks against it."""
    if goods.is_service:
        return Reason.SERVICE
    if not (goods.is_listed and goods.is_for_sale):
        return Reason.NOT_FOR_SALE
    if goods.is_demonstration and not shop.takes_demonstration:
        return Reason.DEMONSTRATION
    if goods.is_recalled:
        return Reason.RECALLED
    if goods.is_copied:
        return Reason.COPIED
    terms = goods.terms.terms
    if goods.criteria_set in ALCOHOL_SETS or terms.buyer_age or not terms.is_promotable:
        return Reason.REGULATED
    if not goods.terms.is_sellable:
        return Reason.PAPER_MISSING
    return Reason.STAR_CLAIM if wrong_star_claim(_told(goods), goods.stars) else None


def _told(goods: Goods) -> str:
    """Everything that the producer wrote and a file may repeat."""
    texts = (
        goods.name,
        goods.producer_name,
        goods.summary,
        goods.story,
        goods.ingredients,
        goods.storage,
        goods.origin,
    )
    return " \n ".join(each for each in (*texts, *(pack.label for pack in goods.packs)) if each)
