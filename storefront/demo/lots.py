"""Records lots, what happened to them, their stamps, withdrawals, looks and recalls."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select

from catalog.models import Place, Producer, Product, Variant
from core.clock import VIETNAM
from core.db import db
from storefront.demo.days import days_before
from storefront.demo.documents import event_paper
from storefront.demo.plans import EventPlan, LotPlan, ProducerPlan, RawPlan, RecallPlan, StampsPlan
from storefront.demo.site import BuildSite, Sample
from traceability.digital_link import trace_path
from traceability.models import (
    AmountUnit,
    CloneDoubt,
    CloneOutcome,
    ErrorReason,
    Lot,
    SourceArea,
    Stamp,
    StampKind,
    StampRun,
    TraceStep,
)
from traceability.operations.areas import keep_area
from traceability.operations.doubts import assess_stamps, decide_doubt, keep_assessments
from traceability.operations.events import EventFacts, InputFacts, declare_error, record_event
from traceability.operations.lots import RawFacts, open_lot, open_raw_lot
from traceability.operations.recalls import RecallGoods, RecallWords, open_recall
from traceability.operations.scans import Look, record_scans
from traceability.operations.stamps import issue_stamps, withdraw_stamp
from traceability.operations.states import declare_display
from traceability.verdicts import Verdict

GRAMS_IN_KG: Final = 1_000
COPIED_IN: Final = ("Hải Phòng", "Cà Mau")
HARVEST_HOUR: Final = 6


@dataclass(frozen=True, slots=True)
class Grounds:
    """Where a producer sits, and where its raw material comes from, by their names in the plan."""

    places: Mapping[str, Place]
    areas: Mapping[str, SourceArea]


def build_areas(
    site: BuildSite, producer: Producer, plan: ProducerPlan, places: Mapping[str, Place]
) -> dict[str, SourceArea]:
    """Record the raw-material areas of a producer."""
    return {
        key: keep_area(
            producer, area.name, places[area.at], cell=area.cell, code=area.code, by=None, now=site.now
        )
        for key, area in plan.areas.items()
    }


def build_lot(site: BuildSite, product: Product, plan: LotPlan, grounds: Grounds) -> Lot:
    """Record one lot of `product`; codes that show a verdict are added to the samples of `site`."""
    made_on = days_before(site.day, plan.made_days_ago)
    lot = open_lot(
        product,
        plan.code,
        plan.quantity,
        now=site.now - timedelta(days=plan.made_days_ago),  # before its stamps
        produced_on=made_on,
        expires_on=None if plan.keeps_days is None else made_on + timedelta(days=plan.keeps_days),
        variant=None if plan.pack is None else _pack(product, plan.pack),
    )
    inputs = tuple(_build_raw(site, product, raw, grounds) for raw in plan.raw)
    for event in plan.events:
        is_made_now = event.step == TraceStep.PROCESSING and bool(inputs)
        _build_event(site, lot, plan, event, _facts_of(site, event, grounds, inputs if is_made_now else ()))
        inputs = () if is_made_now else inputs
    for stamps in plan.stamps:
        _build_stamps(site, lot, plan, stamps)
    if plan.recall is not None:
        _build_recall(site, lot, plan.recall)
    return lot


def _build_raw(site: BuildSite, product: Product, plan: RawPlan, grounds: Grounds) -> InputFacts:
    """Record what came in, and say how much of it the lot took."""
    day = days_before(site.day, plan.days_ago)
    facts = RawFacts(plan.material, plan.kg * GRAMS_IN_KG, AmountUnit.GRAM)
    raw = open_raw_lot(product, plan.code, facts, now=site.now, produced_on=day)
    event = EventFacts(
        step=TraceStep(plan.step),
        happened_at=_at(day, HARVEST_HOUR),
        area=grounds.areas[plan.area],
        note=plan.note,
        note_en=plan.note_en,
    )
    record_event(raw, event, by=None, now=site.now)
    return InputFacts(quantity=plan.used_kg * GRAMS_IN_KG, unit=AmountUnit.GRAM, lot=raw)


def _facts_of(
    site: BuildSite, event: EventPlan, grounds: Grounds, inputs: tuple[InputFacts, ...]
) -> EventFacts:
    """Of what happened today only the day is told: the hour may still lie ahead."""
    day = days_before(site.day, event.days_ago)
    area = None if event.area is None else grounds.areas[event.area]
    return EventFacts(
        step=TraceStep(event.step),
        happened_at=_at(day, event.hour) if event.days_ago else None,
        happened_on=day,
        note=event.note,
        note_en=event.note_en,
        area=area,
        place=None if event.at is None or area is not None else grounds.places[event.at],
        inputs=inputs,
    )


def _build_event(site: BuildSite, lot: Lot, plan: LotPlan, event: EventPlan, facts: EventFacts) -> None:
    paper = event_paper(lot.product.name, plan, event, site.day) if event.has_document else None
    told = replace(facts, document=None if paper is None else site.kept(paper))
    if event.wrong_note is None:
        record_event(lot, told, by=None, now=site.now)
        return
    wrong = record_event(lot, replace(facts, note=event.wrong_note, note_en=None), by=None, now=site.now)
    declare_error(wrong, ErrorReason.INCORRECT_DATA, told, by=None, now=site.now)


def _pack(product: Product, position: int) -> Variant:
    wanted = select(Variant).where(Variant.product_id == product.id, Variant.position == position)
    return db.session.scalars(wanted).one()


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), VIETNAM)


def _build_stamps(site: BuildSite, lot: Lot, plan: LotPlan, stamps: StampsPlan) -> None:
    """Stamps were put on when the goods were made, so that what came later comes after it."""
    issued_at = site.now - timedelta(days=plan.made_days_ago)
    kind = StampKind(stamps.kind)
    run = issue_stamps(lot, stamps.count, now=issued_at, kind=kind, is_active=stamps.is_active)
    first = _first_stamp(run)
    if stamps.withdrawn_because is not None:
        withdraw_stamp(first.code, reason=stamps.withdrawn_because, now=site.now)
    if stamps.seen_days_ago is not None:
        looked_at = site.now - timedelta(days=stamps.seen_days_ago)
        record_scans([Look(first.id, looked_at, province=None, device_hash=None)])
    if stamps.is_copied:
        _build_doubt(site, first, stamps.copied_because)
    if stamps.at_fair is not None:
        declare_display(run, (1, 1), fair=stamps.at_fair, by_id=None, now=issued_at)
    if stamps.shows is not None:
        site.samples.append(Sample(Verdict(stamps.shows), lot.product.name, trace_path(first.code)))


def _build_doubt(site: BuildSite, stamp: Stamp, copied_because: str | None) -> None:
    """Looks for weeks from two provinces, each by another telephone; what they add up to; and a decision, if any."""
    record_scans(
        [
            Look(
                stamp.id,
                site.now - timedelta(days=1 + 3 * number),
                province=COPIED_IN[number % len(COPIED_IN)],
                device_hash=number.to_bytes(16),
            )
            for number in range(12)
        ]
    )
    keep_assessments(assess_stamps([stamp.id]), now=site.now)
    if copied_because is not None:
        doubt = db.session.scalars(select(CloneDoubt).where(CloneDoubt.stamp_id == stamp.id)).one()
        decide_doubt(doubt, CloneOutcome.CONFIRMED_COPY, copied_because, by=None, now=site.now)


def _build_recall(site: BuildSite, lot: Lot, plan: RecallPlan) -> None:
    open_recall(
        RecallGoods(product=lot.product, lots=(lot,)),
        RecallWords(reason=plan.reason, instruction=plan.instruction, contact=plan.contact),
        now=site.now - timedelta(days=plan.days_ago),
        is_drill=plan.is_drill,
    )


def _first_stamp(run: StampRun) -> Stamp:
    return db.session.scalars(select(Stamp).where(Stamp.run_id == run.id).order_by(Stamp.id).limit(1)).one()
