"""Statements, batches and taxes as rows of cells, for spreadsheets and papers alike."""

from collections.abc import Iterable, Sequence

from core.i18n import format_date
from core.i18n import gettext as _
from settlement.models.payouts import Payout
from settlement.papers.words import (
    payout_words,
    residency_words,
    seller_type_words,
    transfer_words,
)
from settlement.queries.statements import Statement, StatementLine
from settlement.queries.taxes import TaxMonth, WithheldTaxes
from settlement.terms import TakeHome

Rows = list[list[str]]


def statement_rows(statement: Statement) -> Rows:
    """The month as a table, its head first. Amounts are whole dong, as digits."""
    head = [
        _("Day"),
        _("What"),
        _("Order"),
        _("Paid by the buyer (₫)"),
        _("Discount borne by the market (₫)"),
        _("Commission (₫)"),
        _("Value added tax (₫)"),
        _("Personal income tax (₫)"),
        _("You get (₫)"),
    ]
    rows = [head, [_("Owed before the month"), "", "", "", "", "", "", "", str(statement.opening_vnd)]]
    rows += [_line_row(line) for line in statement.lines]
    total = statement.total
    rows.append([_("Together"), "", "", *map(str, _parts(total)), str(statement.net_vnd)])
    rows += [
        [
            format_date(payout.on),
            _("Transfer to the account ending in %(end)s", end=payout.number_end),
            payout.bank_reference or payout.reference,
            "",
            "",
            "",
            "",
            payout_words(payout.state),
            str(-payout.amount_vnd),
        ]
        for payout in statement.payouts
    ]
    rows.append([_("Owed after the month"), "", "", "", "", "", "", "", str(statement.closing_vnd)])
    rows += [[_("Taxes under: %(source)s", source=source)] for source in statement.sources]
    return rows


def batch_rows(payouts: Iterable[tuple[Payout, str]]) -> Rows:
    """A batch for the bank. payouts: with the number of each account."""
    head = [
        _("No."),
        _("Account number"),
        _("Name of the holder"),
        _("Bank"),
        _("Bank code (NAPAS)"),
        _("Amount (₫)"),
        _("Message"),
    ]
    return [
        head,
        *(
            [
                str(number),
                account_number,
                payout.account.holder_name,
                payout.account.bank_name,
                payout.account.bank_bin,
                str(payout.amount_vnd),
                payout.reference,
            ]
            for number, (payout, account_number) in enumerate(payouts, start=1)
        ),
    ]


def tax_rows(rows: Sequence[WithheldTaxes]) -> Rows:
    """What was withheld in a month, one seller a row, the sum last."""
    head = [
        _("Seller"),
        _("Tax code"),
        _("Kind of seller"),
        _("Residence"),
        _("Revenue (₫)"),
        _("VAT withheld (₫)"),
        _("PIT withheld (₫)"),
        _("Revenue taken back (₫)"),
        _("VAT taken back (₫)"),
        _("PIT taken back (₫)"),
        _("VAT to pay (₫)"),
        _("PIT to pay (₫)"),
    ]
    amounts = [_tax_amounts(row) for row in rows]
    told = [
        [
            row.name,
            row.tax_code or "",
            seller_type_words(row.seller_type),
            residency_words(row.residency),
            *map(str, each),
        ]
        for row, each in zip(rows, amounts, strict=True)
    ]
    sums = [sum(column) for column in zip(*amounts, strict=True)] if amounts else [0] * 8
    return [head, *told, [_("Together"), "", "", "", *map(str, sums)]]


def certificate_rows(months: Sequence[TaxMonth]) -> Rows:
    """A seller's year, one month a row, the sum last."""
    head = [_("Month"), _("Revenue (₫)"), _("VAT withheld (₫)"), _("PIT withheld (₫)")]
    amounts = [
        (
            month.taxes.revenue_vnd - month.taxes.revenue_back_vnd,
            month.taxes.vat_due_vnd,
            month.taxes.pit_due_vnd,
        )
        for month in months
    ]
    told = [[f"{month.month_on:%m/%Y}", *map(str, each)] for month, each in zip(months, amounts, strict=True)]
    sums = [sum(column) for column in zip(*amounts, strict=True)] if amounts else [0] * 3
    return [head, *told, [_("Together"), *map(str, sums)]]


def _line_row(line: StatementLine) -> list[str]:
    parts = ["", "", "", "", ""] if line.part is None else [str(each) for each in _parts(line.part)]
    return [format_date(line.on), transfer_words(line.kind), line.code or "", *parts, str(line.net_vnd)]


def _parts(part: TakeHome) -> tuple[int, int, int, int, int]:
    return part.paid_vnd, part.promotion_vnd, -part.commission_vnd, -part.vat_vnd, -part.pit_vnd


def _tax_amounts(row: WithheldTaxes) -> tuple[int, ...]:
    return (
        row.revenue_vnd,
        row.vat_vnd,
        row.pit_vnd,
        row.revenue_back_vnd,
        row.vat_back_vnd,
        row.pit_back_vnd,
        row.vat_due_vnd,
        row.pit_due_vnd,
    )
