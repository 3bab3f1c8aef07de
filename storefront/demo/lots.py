"""Records lots, what happened to them, their stamps, withdrawals, looks and recalls."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from catalog.models import Place, Product
from core.db import db
from storefront.demo.days import days_before
from storefront.demo.documents import event_paper
from storefront.demo.plans import EventPlan, LotPlan, RecallPlan, StampsPlan
from storefront.demo.site import BuildSite, Sample
from traceability.digital_link import trace_path
from traceability.models import Lot, Stamp, StampKind, StampRun, TraceStep
from traceability.operations.lots import open_lot, record_trace_event
from traceability.operations.recalls import recall_lot
from traceability.operations.scans import Look, record_scans
from traceability.operations.stamps import issue_stamps, withdraw_stamp
from traceability.verdicts import Verdict


def build_lot(site: BuildSite, product: Product, plan: LotPlan, places: Mapping[str, Place]) -> Lot:
    """Record one lot of `product`; codes that show a verdict are added to the samples of `site`."""
    made_on = days_before(site.day, plan.made_days_ago)
    lot = open_lot(
        product,
        plan.code,
        plan.quantity,
        now=site.now,
        produced_on=made_on,
        expires_on=None if plan.keeps_days is None else made_on + timedelta(days=plan.keeps_days),
    )
    for event in plan.events:
        _build_event(site, lot, plan, event, places)
    for stamps in plan.stamps:
        _build_stamps(site, lot, plan, stamps)
    if plan.recall is not None:
        _build_recall(site, lot, plan.recall)
    return lot


def _build_event(
    site: BuildSite, lot: Lot, plan: LotPlan, event: EventPlan, places: Mapping[str, Place]
) -> None:
    paper = event_paper(lot.product.name, plan, event, site.day) if event.has_document else None
    record_trace_event(
        lot,
        TraceStep(event.step),
        days_before(site.day, event.days_ago),
        now=site.now,
        note=event.note,
        note_en=event.note_en,
        place=None if event.at is None else places[event.at],
        document=None if paper is None else site.kept(paper),
    )


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
    if stamps.shows is not None:
        site.samples.append(Sample(Verdict(stamps.shows), lot.product.name, trace_path(first.code)))


def _build_recall(site: BuildSite, lot: Lot, plan: RecallPlan) -> None:
    recall_lot(
        lot,
        reason=plan.reason,
        instruction=plan.instruction,
        contact=plan.contact,
        now=site.now - timedelta(days=plan.days_ago),
    )


def _first_stamp(run: StampRun) -> Stamp:
    return db.session.scalars(select(Stamp).where(Stamp.run_id == run.id).order_by(Stamp.id).limit(1)).one()
