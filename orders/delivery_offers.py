"""What is offered for one parcel: fees, promised days, and what fragile or chilled goods rule out. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from orders.delivery_days import arrival, longest_way, rest_days, sending_days
from orders.delivery_terms import (
    PICKUPS,
    CollectPoint,
    DeliveryKind,
    DeliveryOption,
    DeliveryQuote,
    Destination,
    OwnScope,
    Parcel,
    RateStep,
    Refusal,
    RefusedOption,
    SenderTerms,
    zone_of,
)

SHORT_WAY_DAYS: Final = 1
"""Chilled goods go without cooling only if they are no longer on the way than this. Our rule."""

Rates = Mapping[tuple[str, str], Sequence[RateStep]]
"""Fees by carrier and service, each in ascending order of `up_to_g` within its zone."""


@dataclass(frozen=True, slots=True)
class Sender:
    """All that is known of how one producer delivers: its terms, the fees that count for it, its points."""

    terms: SenderTerms
    rates: Rates
    points: Sequence[CollectPoint] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """A way of delivery before it is judged. from_on, until_on: when goods can be fetched there."""

    key: str
    kind: DeliveryKind
    fee_vnd: int
    days_from: int
    days_to: int
    facts: dict[str, str]
    carrier: str | None = None
    is_cold: bool = False
    from_on: date | None = None
    until_on: date | None = None


def quote(parcel: Parcel, to: Destination, sender: Sender, on: date) -> DeliveryQuote:
    """What can be offered for `parcel`, ordered on `on` in Vietnam, and what cannot and why.

    Brought goods come first, the cheapest first; then what the buyer comes for.
    """
    terms = sender.terms
    days = sending_days(on, terms.handover_days, terms.send_weekdays, rest_days())
    options: list[DeliveryOption] = []
    refused: list[RefusedOption] = []
    for found in (*_by_carrier(parcel, to, sender), *_by_producer(parcel, to, terms), *_to_fetch(sender, on)):
        judged = _judged(found, parcel, days) if isinstance(found, _Way) else found
        if isinstance(judged, DeliveryOption):
            options.append(judged)
        else:
            refused.append(judged)
    options.sort(key=lambda option: (option.kind in PICKUPS, option.fee_vnd, option.to_on, option.key))
    return DeliveryQuote(options=tuple(options), refused=tuple(refused), minimum_vnd=terms.minimum_vnd)


def _by_carrier(parcel: Parcel, to: Destination, sender: Sender) -> Iterator[_Way | RefusedOption]:
    terms = sender.terms
    if not terms.sends_by_carrier or to.province_code is None:
        return
    zone = zone_of(terms.province_code, to.province_code)
    for (carrier, service), steps in sender.rates.items():
        key = f"carrier:{carrier}:{service}"
        facts = {"service": service, "zone": zone.value}
        there = [step for step in steps if step.zone is zone]
        step = next((step for step in there if parcel.weight_g <= step.up_to_g), None)
        reason = _why_not(step, there, parcel)
        if step is None or reason is not None:
            if there:
                facts["up_to_g"] = str(there[-1].up_to_g)
            yield RefusedOption(
                key=key,
                kind=DeliveryKind.CARRIER,
                carrier=carrier,
                reason=reason or Refusal.NOT_THERE,
                facts=facts,
            )
            continue
        fee_vnd = step.fee_vnd + (step.fragile_fee_vnd or 0 if parcel.is_fragile else 0)
        yield _Way(
            key=key,
            kind=DeliveryKind.CARRIER,
            carrier=carrier,
            fee_vnd=_unless_free(fee_vnd, parcel, terms.free_from_vnd),
            days_from=step.days_from,
            days_to=step.days_to,
            is_cold=step.is_cold,
            facts=facts | _free_fact(terms.free_from_vnd) | ({"is_cold": "1"} if step.is_cold else {}),
        )


def _why_not(step: RateStep | None, there: Sequence[RateStep], parcel: Parcel) -> Refusal | None:
    if not there:
        return Refusal.NOT_THERE
    if step is None:
        return Refusal.TOO_HEAVY
    if parcel.is_fragile and step.fragile_fee_vnd is None:
        return Refusal.NOT_FRAGILE
    return None


def _by_producer(parcel: Parcel, to: Destination, terms: SenderTerms) -> Iterator[_Way]:
    is_near = terms.province_code is not None and to.province_code == terms.province_code
    if terms.own_scope is OwnScope.COMMUNE:
        is_near = is_near and to.commune_code is not None and to.commune_code == terms.commune_code
    if terms.own_scope is OwnScope.NONE or not is_near:
        return
    yield _Way(
        key="producer",
        kind=DeliveryKind.PRODUCER,
        fee_vnd=_unless_free(terms.own_fee_vnd, parcel, terms.own_free_from_vnd),
        days_from=0,
        days_to=terms.own_days,
        facts={"scope": terms.own_scope.value} | _free_fact(terms.own_free_from_vnd),
    )


def _to_fetch(sender: Sender, on: date) -> Iterator[_Way]:
    terms = sender.terms
    if terms.pickup_hours is not None:
        yield _Way(
            key="pickup",
            kind=DeliveryKind.PICKUP_PRODUCER,
            fee_vnd=0,
            days_from=0,
            days_to=0,
            facts={"address": terms.address, "hours": terms.pickup_hours},
        )
    for point in sender.points:
        if point.until_on is not None and point.until_on < on:
            continue
        yield _Way(
            key=f"point:{point.id}",
            kind=point.kind,
            fee_vnd=point.fee_vnd,
            days_from=point.days,
            days_to=point.days,
            facts={"name": point.name, "address": point.address, "hours": point.hours},
            from_on=point.from_on,
            until_on=point.until_on,
        )


def _judged(way: _Way, parcel: Parcel, days: tuple[date, ...]) -> DeliveryOption | RefusedOption:
    """The way with its promised days; or why not: too long for the goods, not cold enough, or over by then."""
    first, last = arrival(days[0], way.days_from, rest_days()), arrival(days[-1], way.days_to, rest_days())
    if way.from_on is not None:
        first, last = max(first, way.from_on), max(last, way.from_on)
    if way.until_on is not None and last > way.until_on:
        return _refused(way, Refusal.OVER, until_on=way.until_on.isoformat())
    if way.kind not in PICKUPS:
        longest = longest_way(days, way.days_to, rest_days())
        if parcel.is_chilled and not way.is_cold and longest > SHORT_WAY_DAYS:
            return _refused(way, Refusal.NOT_COLD)
        if parcel.max_transit_days is not None and longest > parcel.max_transit_days:
            return _refused(way, Refusal.TOO_SLOW, max_transit_days=str(parcel.max_transit_days))
    # Who fetches may come until the fair ends.
    to_on = way.until_on if way.until_on is not None else last
    return DeliveryOption(
        key=way.key,
        kind=way.kind,
        carrier=way.carrier,
        fee_vnd=way.fee_vnd,
        from_on=first,
        to_on=to_on,
        facts=way.facts,
    )


def _refused(way: _Way, reason: Refusal, **facts: str) -> RefusedOption:
    return RefusedOption(
        key=way.key, kind=way.kind, carrier=way.carrier, reason=reason, facts=way.facts | facts
    )


def _unless_free(fee_vnd: int, parcel: Parcel, free_from_vnd: int | None) -> int:
    return 0 if free_from_vnd is not None and parcel.goods_vnd >= free_from_vnd else fee_vnd


def _free_fact(free_from_vnd: int | None) -> dict[str, str]:
    return {} if free_from_vnd is None else {"free_from_vnd": str(free_from_vnd)}
