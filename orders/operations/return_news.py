"""What buyer and producer are told of returns and disputes: written in the transaction of the step itself."""

from datetime import datetime

from sqlalchemy import select

from accounts.models import Membership, User
from accounts.operations.notices import notify_user
from core.db import db
from core.i18n import format_money, speaking
from core.i18n import gettext as _
from core.messages.models import Channel
from core.messages.outbox import enqueue_message
from core.phones import can_take_messages
from orders.models.orders import Order
from orders.models.returns import Dispute, ReturnRequest
from orders.return_rules import DisputeDecision, ReturnState

NEWS_KIND = "orders.news"


def tell_buyer_of_return(request: ReturnRequest, told: str, *, now: datetime) -> None:
    """Tell the buyer how a return stands. told: what the producer wrote."""
    order = request.seller_order.order
    with speaking(order.language):
        text = _return_text(request, order.code)
    write_to_buyer(order, f"{text} {told}".strip(), now=now)


def tell_producer_of_return(request: ReturnRequest, *, now: datetime) -> None:
    """Tell the producer's people that a return waits for their word."""
    for user in _team(request.seller_order.producer_id):
        with speaking(user.language):
            subject = _("A return waits for you: order %(code)s", code=request.seller_order.code)
            text = _("Open «Goods sent back» in your workspace and answer the buyer.")
        notify_user(user.id, subject, text, now=now)


def tell_of_dispute(dispute: Dispute, *, now: datetime) -> None:
    """Tell both sides that a dispute was opened, or how it was decided."""
    part = dispute.seller_order
    order = part.order
    with speaking(order.language):
        write_to_buyer(order, _dispute_text(dispute, order.code), now=now)
    for user in _team(part.producer_id):
        with speaking(user.language):
            subject = _("Dispute about order %(code)s", code=part.code)
            notify_user(user.id, subject, _dispute_text(dispute, part.code), now=now)


def write_to_buyer(order: Order, text: str, *, now: datetime) -> None:
    """Write to the buyer of an order, by e-mail where given; nothing without an address, or once it was erased."""
    if order.erased_at is not None:
        return
    to = order.email or (order.phone if order.phone and can_take_messages(order.phone) else None)
    if not to:
        return
    with speaking(order.language):
        subject = _("Chợ OCOP: order %(code)s", code=order.code)
    enqueue_message(
        to=to,
        channel=Channel.EMAIL if "@" in to else Channel.SMS,
        kind=NEWS_KIND,
        subject=subject,
        text=text,
        values={"code": order.code, "text": text},
        now=now,
    )


def _return_text(request: ReturnRequest, code: str) -> str:
    match request.state:
        case ReturnState.ACCEPTED:
            return _(
                "Your return of order %(code)s was accepted: send the goods back within 14 days.", code=code
            )
        case ReturnState.REFUSED:
            return _("Your return of order %(code)s was refused:", code=code)
        case ReturnState.QUESTIONED:
            return _("The producer asks about your return of order %(code)s:", code=code)
    amount = format_money(request.goods_vnd + request.shipping_vnd)
    return _("The goods of order %(code)s came back; %(amount)s goes back to you.", code=code, amount=amount)


def _dispute_text(dispute: Dispute, code: str) -> str:
    if dispute.decision is None:
        return _("The platform now decides about order %(code)s. Both sides are heard.", code=code)
    if dispute.decision == DisputeDecision.REJECTED:
        return _("Decided about order %(code)s: the order stands.", code=code)
    amount = format_money(dispute.goods_vnd + dispute.shipping_vnd)
    return _("Decided about order %(code)s: %(amount)s goes back to the buyer.", code=code, amount=amount)


def _team(producer_id: int) -> list[User]:
    members = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.producer_id == producer_id, Membership.ended_at.is_(None))
        .order_by(User.id)
    )
    return list(db.session.scalars(members))
