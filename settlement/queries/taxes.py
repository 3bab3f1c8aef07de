"""Taxes withheld: for the monthly return of the platform, and for the certificate of a seller's year."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select

from catalog.models import Producer
from core.db import db
from settlement.models.sales import Sale, SaleLine, SaleReversal
from settlement.queries.statements import month_bounds
from settlement.terms import WITHHELD_FROM

_Sums = dict[tuple[int, str, str], tuple[int, int, int]]
"""Revenue, VAT and PIT by producer, type of seller and residency."""


@dataclass(frozen=True, slots=True)
class WithheldTaxes:
    """Of one seller in a month. …_back_vnd: offset because goods were cancelled or came back; positive amounts."""

    producer_id: int
    name: str
    tax_code: str | None
    seller_type: str
    residency: str
    revenue_vnd: int = 0
    vat_vnd: int = 0
    pit_vnd: int = 0
    revenue_back_vnd: int = 0
    vat_back_vnd: int = 0
    pit_back_vnd: int = 0

    @property
    def vat_due_vnd(self) -> int:
        return self.vat_vnd - self.vat_back_vnd

    @property
    def pit_due_vnd(self) -> int:
        return self.pit_vnd - self.pit_back_vnd


@dataclass(frozen=True, slots=True)
class TaxMonth:
    """A month of one seller's year. month_on: its first day."""

    month_on: date
    taxes: WithheldTaxes


def list_withheld(month_on: date, *, producer_id: int | None = None) -> tuple[WithheldTaxes, ...]:
    """What was withheld from each household and person in a month, by name; of one producer if asked for."""
    came, back = _withheld(month_on, producer_id), _taken_back(month_on, producer_id)
    sellers = {
        each.id: each
        for each in db.session.scalars(
            select(Producer).where(Producer.id.in_({key[0] for key in (*came, *back)}))
        )
    }
    rows = [
        WithheldTaxes(
            number,
            sellers[number].name,
            sellers[number].tax_code,
            seller_type,
            residency,
            *came.get((number, seller_type, residency), (0, 0, 0)),
            *back.get((number, seller_type, residency), (0, 0, 0)),
        )
        for number, seller_type, residency in {*came, *back}
    ]
    told = (row for row in rows if _is_any(row))
    return tuple(sorted(told, key=lambda row: (row.name, row.producer_id, row.residency)))


def list_year(producer_id: int, year: int) -> tuple[TaxMonth, ...]:
    """What was withheld from one producer, month by month; only months with something in them."""
    return tuple(
        TaxMonth(date(year, month, 1), taxes)
        for month in range(1, 13)
        for taxes in list_withheld(date(year, month, 1), producer_id=producer_id)
    )


def _withheld(month_on: date, producer_id: int | None) -> _Sums:
    begin, end = month_bounds(month_on)
    revenue = func.sum(SaleLine.paid_vnd + SaleLine.promotion_vnd)
    asked = (
        select(
            Sale.producer_id,
            Sale.seller_type,
            Sale.residency,
            revenue,
            func.sum(SaleLine.vat_vnd),
            func.sum(SaleLine.pit_vnd),
        )
        .join(SaleLine, SaleLine.sale_id == Sale.id)
        .where(Sale.recognised_at >= begin, Sale.recognised_at < end)
    )
    return _sums(asked, producer_id)


def _taken_back(month_on: date, producer_id: int | None) -> _Sums:
    begin, end = month_bounds(month_on)
    revenue = func.sum(SaleReversal.paid_vnd + SaleReversal.promotion_vnd)
    asked = (
        select(
            Sale.producer_id,
            Sale.seller_type,
            Sale.residency,
            revenue,
            func.sum(SaleReversal.vat_vnd),
            func.sum(SaleReversal.pit_vnd),
        )
        .join(SaleReversal, SaleReversal.sale_id == Sale.id)
        .where(SaleReversal.reversed_at >= begin, SaleReversal.reversed_at < end)
    )
    return _sums(asked, producer_id)


def _sums(asked: Select[int, str, str, int, int, int], producer_id: int | None) -> _Sums:
    query = asked.where(Sale.seller_type.in_([each.value for each in WITHHELD_FROM])).group_by(
        Sale.producer_id, Sale.seller_type, Sale.residency
    )
    if producer_id is not None:
        query = query.where(Sale.producer_id == producer_id)
    return {
        (number, seller_type, residency): (int(revenue), int(vat), int(pit))
        for number, seller_type, residency, revenue, vat, pit in db.session.execute(query)
    }


def _is_any(row: WithheldTaxes) -> bool:
    return any(
        (row.revenue_vnd, row.revenue_back_vnd, row.vat_vnd, row.pit_vnd, row.vat_back_vnd, row.pit_back_vnd)
    )
