"""Booking what was sold on other platforms, exactly once, so that the shop's stock stays true. Source: decision 0058.

A file is looked at first and applied as a whole or not at all. What it takes leaves the stock as a movement
(`elsewhere`); of an order and pack that was booked before nothing is taken again.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.errors import RegisterFileError
from catalog.models import Producer, Product, Variant
from catalog.models.listings import StockMovement, StockReason
from catalog.spreadsheets import FileFault, read_table
from core.clock import vietnam_date
from core.db import db
from promotion.errors.points import SaleFileError
from promotion.models.points import SaleElsewhere, SaleImport
from promotion.queries.elsewhere import KeptSale, new_sales
from promotion.sale_files import FILE_BYTES_MAX, kept, read_sales, sale_maps

CODE_PREFIX = "OCOP-"


def look_at_sales(
    producer_id: int, platform: str, content: bytes, file_name: str, *, by: Actor, now: datetime
) -> SaleImport:
    """Read a file and keep what it says; nothing is booked. The same file again is the same import, read anew.

    Raises RegisterFileError (`reason`) for a file that is no table, or larger than FILE_BYTES_MAX, or a platform
    whose files are not known.
    """
    if platform not in sale_maps():
        raise RegisterFileError(reason=FileFault.UNKNOWN_LAYOUT)
    if len(content) > FILE_BYTES_MAX:
        raise RegisterFileError(reason=FileFault.TOO_BIG)
    file = read_sales(read_table(content), platform, vietnam_date(now))
    found = kept(file, _codes(producer_id))
    digest = sha256(platform.encode() + b"\n" + content).hexdigest()
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    made = of_dialect.insert(SaleImport).values(
        producer_id=producer_id,
        platform=platform,
        digest=digest,
        file_name=file_name[:120],
        found=found,
        sent_by_id=by.user_id,
        sent_at=now,
    )
    number = db.session.scalar(made.on_conflict_do_nothing().returning(SaleImport.id))
    if number is not None:
        return db.session.get_one(SaleImport, number)
    known = db.session.scalars(
        select(SaleImport)
        .where(SaleImport.producer_id == producer_id, SaleImport.digest == digest)
        .with_for_update()
    ).one()
    if known.applied_at is None:
        known.found = found
    return known


def apply_sales(sent: SaleImport, *, by: Actor, now: datetime) -> int:
    """Take what the file sold off the stock; packs taken, 0 if all of it was booked before. Twice is once.

    Raises SaleFileError (`reason`): «faults» where lines cannot be read, «short» (`shortfalls`: packs that may be had,
    by number of the pack) where fewer are there than were sold; nothing may be kept then. Safe when two apply at once.
    """
    if sent.found["faults"]:
        raise SaleFileError(reason="faults", import_id=sent.id)
    # Two files of one producer that name the same orders wait for each other.
    db.session.execute(select(Producer.id).where(Producer.id == sent.producer_id).with_for_update())
    taken = db.session.execute(
        update(SaleImport)
        .where(SaleImport.id == sent.id, SaleImport.applied_at.is_(None))
        .values(applied_at=now, applied_by_id=by.user_id)
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        return 0
    db.session.refresh(sent)
    sales = new_sales(sent)
    packs: Counter[int] = Counter()
    for sale in sales:
        packs[sale.variant_id] += sale.quantity
    _take(packs, sent, by=by, now=now)
    _insert(sales, sent)
    total = packs.total()
    told = {"file": sent.digest[:16], "platform": sent.platform, "sales": len(sales), "packs": total}
    record_act(
        "promotion.apply_sales",
        by=by,
        subject=f"sale_import:{sent.id}",
        after=told,
        producer_id=sent.producer_id,
        now=now,
    )
    return total


def _codes(producer_id: int) -> dict[str, int]:
    """Packs of the producer by what files call them: our own code (`OCOP-12`), or a GTIN."""
    rows = db.session.execute(
        select(Variant.id, Variant.gtin)
        .join(Product, Product.id == Variant.product_id)
        .where(Product.producer_id == producer_id)
    ).all()
    return {f"{CODE_PREFIX}{number}": number for number, _gtin in rows} | {
        gtin: number for number, gtin in rows if gtin
    }


def _take(packs: Counter[int], sent: SaleImport, *, by: Actor, now: datetime) -> None:
    """One guarded UPDATE for each pack, in the order of their numbers; what orders reserved stays."""
    shortfalls: dict[int, int] = {}
    for variant_id, count in sorted(packs.items()):
        left = db.session.scalar(
            update(Variant)
            .where(Variant.id == variant_id, Variant.on_hand - Variant.reserved >= count)
            .values(on_hand=Variant.on_hand - count)
            .returning(Variant.on_hand)
            .execution_options(synchronize_session=False)
        )
        if left is None:
            free = select(Variant.on_hand - Variant.reserved).where(Variant.id == variant_id)
            shortfalls[variant_id] = db.session.scalar(free) or 0
            continue
        db.session.add(
            StockMovement(
                variant_id=variant_id,
                on_hand_before=left + count,
                on_hand_after=left,
                reason=StockReason.ELSEWHERE.value,
                subject=f"sale_import:{sent.id}",
                by_id=by.user_id,
                moved_at=now,
            )
        )
    if shortfalls:
        raise SaleFileError(reason="short", import_id=sent.id, shortfalls=shortfalls)


def _insert(sales: Sequence[KeptSale], sent: SaleImport) -> None:
    rows: list[dict[str, Any]] = [
        {
            "import_id": sent.id,
            "producer_id": sent.producer_id,
            "platform": sent.platform,
            "order_number": sale.order_number,
            "variant_id": sale.variant_id,
            "quantity": sale.quantity,
            "amount_vnd": sale.amount_vnd,
            "sold_on": sale.sold_on,
        }
        for sale in sales
    ]
    if rows:
        db.session.execute(insert(SaleElsewhere), rows)
