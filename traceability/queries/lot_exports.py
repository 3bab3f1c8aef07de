"""A lot for programs: all its events as one EPCIS document, and what the law wants to be told of it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from catalog.certificates import CertificateState
from catalog.models import Place
from catalog.queries.pictures import list_pictures
from catalog.queries.view_models import PlaceView
from core.clock import vietnam_date
from core.db import db
from traceability.epcis.documents import (
    NamedLot,
    capture_document,
    recall_event,
    stamps_event,
    vocabularies,
    with_identity,
)
from traceability.epcis.event_hash import hash_id
from traceability.epcis.names import area_name, lot_name, place_name, present_site
from traceability.models import Lot, LotInput, Recall, RecallScope, SourceArea, StampRun
from traceability.models.epcis import EpcisEvent, LotName
from traceability.passports import LotTold, MakerFacts, RecallFacts, StandardFacts, StepFacts
from traceability.queries.epcis_names import find_gtin, get_names, named_lot
from traceability.queries.lots import get_lot_page
from traceability.queries.recalls import list_product_recalls
from traceability.queries.told_events import events_told
from traceability.queries.view_models import EventView, LotPage, RecallView

Json = dict[str, Any]
DEEPEST: Final = 5
"""Lots made of lots made of lots: no further is told in one document."""


def lot_document(lot: Lot) -> Json:
    """Everything on record of the lot as an EPCIS document: what it was made of, its events, stamps and recalls.

    Its date is that of the latest of these, so that it stays the same while nothing is added.
    """
    lots = _with_sources(lot)
    rows = db.session.scalars(
        select(EpcisEvent)
        .where(EpcisEvent.lot_id.in_([each.id for each in lots]))
        .order_by(EpcisEvent.event_at, EpcisEvent.id)
    ).all()
    names = get_names(each.id for each in lots)
    site = names[lot.id].site if lot.id in names else present_site()
    derived = _derived(lot, _named(lot, names))
    events = events_told(rows) + [with_identity(each, hash_id(each), None) for each in derived]
    events.sort(key=_time)
    latest = max([lot.recorded_at, *(row.recorded_at for row in rows), *map(_time, derived)])
    return capture_document(events, site, latest, _master_data(lots, names, rows))


def lot_told(lot: Lot, on: date, site: str) -> LotTold:
    """What the law wants to be told of the lot, on that day. site: address of the site in the wanted language."""
    page = get_lot_page(lot.id, on)
    maker = page.producer
    names = get_names([lot.id])
    return LotTold(
        number=lot.id,
        code=lot.code,
        name=_named(lot, names).name,
        gtin=find_gtin(lot),
        product_name=page.product.name,
        product_name_en=page.product.name_en,
        product_url=f"{site}/products/{page.product.slug}",
        image_urls=tuple(f"{site}{each.largest_url}" for each in list_pictures(page.product.id)),
        ingredients=page.product.ingredients,
        storage=page.product.storage,
        maker=MakerFacts(
            maker.id, maker.name, maker.kind, _line(maker.place), f"{site}/producers/{maker.slug}"
        )
        if maker
        else None,
        origin=_line(page.origin),
        produced_on=page.produced_on,
        expires_on=page.expires_on,
        steps=_steps(page.events, lot.id),
        standards=_standards(page, site),
        recalls=_recalls(page),
        is_demonstration=page.product.is_demonstration,
        site=site,
    )


def _with_sources(lot: Lot) -> list[Lot]:
    """The lot and the lots that went into it, into these, and so on."""
    found, wave = {lot.id: lot}, {lot.id}
    for _ in range(DEEPEST):
        rows = db.session.scalars(
            select(Lot)
            .where(Lot.id.in_(select(LotInput.input_lot_id).where(LotInput.lot_id.in_(wave))))
            .order_by(Lot.id)
        ).all()
        wave = {row.id for row in rows} - found.keys()
        found |= {row.id: row for row in rows if row.id in wave}
        if not wave:
            break
    return list(found.values())


def _named(lot: Lot, names: Mapping[int, LotName]) -> NamedLot:
    """The lot as its events name it; one without events is named as it would be now."""
    name = names.get(lot.id)
    if name is not None:
        return named_lot(lot, name)
    site = present_site()
    return named_lot(lot, LotName(name=lot_name(site, lot.id, lot.code, find_gtin(lot)), site=site, salt=b""))


def _derived(lot: Lot, named: NamedLot) -> list[Json]:
    """Events that are read off other records: stamps that were issued, recalls that were opened and closed."""
    runs = db.session.scalars(select(StampRun).where(StampRun.lot_id == lot.id).order_by(StampRun.id))
    told = [stamps_event(named, run.id, run.stamp_count, run.issued_at) for run in runs]
    for recall in list_product_recalls(lot.product_id):
        if _is_about(recall, lot.id):
            told.append(recall_event(named, recall.id, recall.opened_at, is_open=True))
            if recall.closed_at is not None:
                told.append(recall_event(named, recall.id, recall.closed_at, is_open=False))
    return told


def _time(event: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(event["eventTime"])


def _is_about(recall: Recall, lot_id: int) -> bool:
    return recall.scope == RecallScope.PRODUCT or any(each.lot_id == lot_id for each in recall.lots)


def _master_data(lots: Sequence[Lot], names: Mapping[int, LotName], rows: Sequence[EpcisEvent]) -> list[Json]:
    classes: dict[str, dict[str, str]] = {}
    for lot in lots:
        if lot.id in names:
            said = {"cbvmda:descriptionShort": lot.material or lot.product.name, "cbvmda:lotNumber": lot.code}
            classes[names[lot.id].name] = said
    sites = {name.site for name in names.values()}
    return vocabularies(
        {
            "EPCClass": classes,
            "ReadPoint": _places(sites, {row.read_point for row in rows if row.read_point}),
            "BusinessLocation": _areas(sites, {row.biz_location for row in rows if row.biz_location}),
        }
    )


def _places(sites: set[str], wanted: set[str]) -> dict[str, dict[str, str]]:
    """Places that events name, with the commune and province that they are in today; never a street."""
    by_name = {_number(each): each for each in wanted if each.startswith(_stems(sites, "place"))}
    rows = db.session.scalars(select(Place).where(Place.id.in_(by_name.keys())))
    return {
        place_name(by_name[row.id].rpartition("/voc/")[0], row.id): _where(
            row.current_commune, row.current_province
        )
        for row in rows
    }


def _areas(sites: set[str], wanted: set[str]) -> dict[str, dict[str, str]]:
    by_name = {_number(each): each for each in wanted if each.startswith(_stems(sites, "area"))}
    rows = db.session.scalars(select(SourceArea).where(SourceArea.id.in_(by_name.keys())))
    return {
        area_name(by_name[row.id].rpartition("/voc/")[0], row.id): {
            **_where(row.place.current_commune, row.place.current_province),
            **({"ocop:areaCode": row.code} if row.code else {}),
        }
        for row in rows
    }


def _stems(sites: set[str], kind: str) -> tuple[str, ...]:
    return tuple(f"{site}/voc/{kind}/" for site in sites)


def _number(name: str) -> int:
    digits = name.rpartition("/")[2]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0


def _where(commune: str | None, province: str | None) -> dict[str, str]:
    said = {"cbvmda:city": commune, "cbvmda:state": province, "cbvmda:countryCode": "VN"}
    return {name: value for name, value in said.items() if value}


def _steps(events: tuple[EventView, ...], lot_id: int) -> tuple[StepFacts, ...]:
    """Events that hold; those declared to be wrong are told in the EPCIS document only."""
    rows = select(EpcisEvent.trace_event_id, EpcisEvent.event_name).where(
        EpcisEvent.lot_id == lot_id, EpcisEvent.trace_event_id.is_not(None)
    )
    hashes = {row.trace_event_id: row.event_name for row in db.session.execute(rows)}
    return tuple(
        StepFacts(each.step, each.happened_on, each.happened_at, _line(each.place), hashes.get(each.id))
        for each in events
        if each.error is None
    )


def _standards(page: LotPage, site: str) -> tuple[StandardFacts, ...]:
    told = []
    speaking = page.recognition
    if speaking is not None:
        name = f"OCOP {speaking.stars_shown}" if speaking.stars_shown else "OCOP"
        told.append(
            StandardFacts(
                "ocop",
                name,
                speaking.decision_number,
                speaking.authority_name,
                speaking.decided_on,
                speaking.expires_on,
                speaking.state,
                speaking.stars_shown is not None,
                f"{site}/documents/{speaking.document.sha256}" if speaking.document else None,
            )
        )
    told += [
        StandardFacts(
            each.kind,
            each.standard,
            each.number,
            each.issuer,
            each.issued_on,
            each.expires_on,
            each.state,
            each.state == CertificateState.IN_FORCE,
            f"{site}/documents/{each.document.sha256}" if each.document else None,
        )
        for each in page.certificates
    ]
    return tuple(told)


def _recalls(page: LotPage) -> tuple[RecallFacts, ...]:
    whole: tuple[RecallView, ...] = (page.recall,) if page.recall else ()
    return tuple(
        RecallFacts(
            each.reason,
            each.instruction,
            vietnam_date(each.opened_at),
            vietnam_date(each.closed_at) if each.closed_at else None,
        )
        for each in (*whole, *page.unit_recalls, *page.past_recalls)
    )


def _line(place: PlaceView | None) -> str | None:
    """An address in one line: as it is called today, else as the record has it."""
    return (place.current or place.certified) if place else None
