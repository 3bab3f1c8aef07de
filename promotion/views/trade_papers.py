"""A quotation as the paper that both sides take away."""

from datetime import date

from flask import Response

from core.clock import vietnam_date
from core.db import db
from core.i18n import current_language
from core.i18n import gettext as _
from orders.banks import bank_name
from orders.models.bank import ReceivingAccount
from orders.vietqr import transfer_payload
from promotion.models.trade import Quotation, RfqKind
from promotion.papers.quotation import PaperLine, Payable, QuotationPaper, quotation_pdf
from promotion.queries.trade_parties import buyer_of, province_name, seller_of
from promotion.queries.trade_requests import RfqView, find_asking
from promotion.quotation_terms import QuotationState, state_of


def quotation_answer(quotation: Quotation, view: RfqView, on: date) -> Response:
    """The PDF of a quotation, as it stands on `on`."""
    answer = Response(quotation_pdf(_paper(quotation, view, on)), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{quotation.number}.pdf"'
    return answer


def _paper(quotation: Quotation, view: RfqView, on: date) -> QuotationPaper:
    rfq, is_english = quotation.rfq, current_language() == "en"
    outcome = quotation.end.outcome if quotation.end else None
    state = state_of(outcome, quotation.valid_until_on, on=on)
    return QuotationPaper(
        number=quotation.number,
        is_sample=rfq.kind == RfqKind.SAMPLE,
        sent_on=vietnam_date(quotation.sent_at),
        valid_until_on=quotation.valid_until_on,
        ready_on=quotation.ready_on,
        cancel_until_on=quotation.cancel_until_on,
        seller=seller_of(quotation),
        buyer=buyer_of(quotation),
        delivery_place=f"{rfq.delivery_place}, {province_name(rfq.province_code)}",
        lines=tuple(
            PaperLine(
                (line.name_en if is_english else None) or line.name,
                (line.pack_en if is_english else None) or line.pack,
                line.quantity,
                line.unit_price_vnd,
            )
            for line in quotation.lines
        ),
        goods_vnd=quotation.goods_vnd,
        freight_vnd=quotation.freight_vnd,
        discount_vnd=quotation.discount_vnd,
        total_vnd=quotation.total_vnd,
        deposit_vnd=quotation.deposit_vnd,
        terms=quotation.terms or "",
        state=_state_words(state),
        payable=_payable(quotation, view) if state is QuotationState.ACCEPTED else None,
    )


def _state_words(state: QuotationState) -> str:
    words = {
        QuotationState.OPEN: "",
        QuotationState.EXPIRED: _("This quotation has expired."),
        QuotationState.ACCEPTED: _("This quotation was accepted."),
        QuotationState.REFUSED: _("This quotation was refused."),
        QuotationState.WITHDRAWN: _("This quotation was withdrawn."),
        QuotationState.REPLACED: _("A later version replaces this quotation."),
    }
    return words[state]


def _payable(quotation: Quotation, view: RfqView) -> Payable | None:
    """The deposit as a transfer, while it is waited for; nothing before the acceptance, and nothing once it came."""
    order = view.order
    if order is None or order.has_deposit or order.lifecycle != "placed" or not quotation.deposit_vnd:
        return None
    payment = find_asking(order.order_id)
    if payment is None or payment.receiving_account_id is None or not payment.asked_vnd:
        return None
    account = db.session.get_one(ReceivingAccount, payment.receiving_account_id)
    return Payable(
        payload=transfer_payload(
            account.bank_bin, account.account_number, payment.asked_vnd, payment.reference
        ),
        amount_vnd=payment.asked_vnd,
        memo=payment.reference,
        bank=bank_name(account.bank_bin),
        account_number=account.account_number,
        account_name=account.account_name,
    )
