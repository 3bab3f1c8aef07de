"""Reviews: written by buyers of delivered lines, published after a day, answered by the producer, hidden by officials.

Never by the seller: neither members of the producer nor whoever bears its telephone number reviews its goods, and the
producer takes none away (threat T-19).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from accounts.actors import Actor
from accounts.models import Membership, User
from accounts.operations.audit import record_act
from accounts.operations.notices import notify_user
from catalog.models import Producer, Variant
from core.db import db
from core.i18n import gettext as _
from core.i18n import speaking
from core.text import clean_line, clean_text
from orders.errors import InvalidReviewError
from orders.models.orders import Order, OrderLine, SellerOrder
from orders.models.reviews import Review, ReviewPicture
from orders.operations.private_pictures import DrawnPicture
from orders.operations.returns import delivered_at_of
from orders.review_rules import (
    PICTURES_MAX,
    PUBLISH_AFTER,
    REPLY_MAX,
    REVIEW_WITHIN,
    TEXT_MAX,
    TEXT_MIN,
    ReviewState,
    needs_a_look,
)

AUTHOR_MAX: Final = 60
REASON_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class ReviewDraft:
    """What a buyer writes. rating: 1 to 5. author: how to be called there."""

    rating: int
    text: str
    author: str
    pictures: Sequence[DrawnPicture] = ()


def write_review(line: OrderLine, draft: ReviewDraft, *, by: Actor | None, now: datetime) -> Review:
    """Keep the review of a line; the one there is, if it was reviewed before.

    Raises InvalidReviewError: field «rating» (`unknown`), «text» (`missing`, `too_long`), «author» (`missing`,
    `too_long`), «pictures» (`too_many`), «order» (`not_delivered`, `too_late`, `own_goods`). Nothing is kept then.
    """
    known = find_review(line.id)
    if known is not None:
        return known
    text, author = _checked(draft)
    part = line.seller_order
    _require_bought(line, part, now)
    _refuse_own_goods(part, by)
    is_held = needs_a_look(f"{author} {text}")
    review = Review(
        line_id=line.id,
        product_id=db.session.get_one(Variant, line.variant_id).product_id,
        producer_id=part.producer_id,
        by_id=by.user_id if by else part.order.user_id,
        author=author,
        rating=draft.rating,
        text=text,
        state=(ReviewState.HELD if is_held else ReviewState.WAITING).value,
        written_at=now,
        publish_at=None if is_held else now + PUBLISH_AFTER,
        pictures=[
            ReviewPicture(position=at, sha256=each.sha256, width=each.width, height=each.height)
            for at, each in enumerate(draft.pictures, start=1)
        ],
    )
    try:
        with db.session.begin_nested():
            db.session.add(review)
    except IntegrityError:  # the same form twice at once, and the other was first
        return db.session.scalars(select(Review).where(Review.line_id == line.id)).one()
    return review


def publish_due(now: datetime, limit: int = 200) -> int:
    """Publish what has waited its day; how many. Safe beside another worker and beside hiding."""
    due = (
        select(Review.id)
        .where(Review.state == ReviewState.WAITING.value, Review.publish_at <= now)
        .order_by(Review.publish_at)
        .limit(limit)
    )
    numbers = list(db.session.scalars(due))
    published = db.session.execute(
        update(Review)
        .where(Review.id.in_(numbers), Review.state == ReviewState.WAITING.value)
        .values(state=ReviewState.PUBLISHED.value, published_at=now)
        .returning(Review.id)
        .execution_options(synchronize_session=False)
    ).all()
    for row in published:
        _tell_producer(db.session.get_one(Review, row.id, populate_existing=True), now)
    return len(published)


def publish_review(review: Review, *, by: Actor, now: datetime) -> None:
    """An official shows a review that waited for a look, or that was hidden."""
    if review.state == ReviewState.PUBLISHED:
        return
    before = review.state
    review.state = ReviewState.PUBLISHED.value
    review.hidden_at, review.hidden_by_id, review.hidden_reason = None, None, None
    review.published_at = review.published_at or now
    db.session.flush()
    _note("orders.publish_review", review, by, now, before=before)


def hide_review(review: Review, *, reason: str, by: Actor, now: datetime) -> None:
    """An official takes a review out of sight, with a reason that stays in the audit trail; twice is once.

    Raises InvalidReviewError (field «reason»).
    """
    told = clean_text(reason)
    if not told or len(told) > REASON_MAX:
        raise InvalidReviewError(field="reason", reason="too_long" if told else "missing")
    if review.state == ReviewState.HIDDEN:
        return
    before = review.state
    review.state, review.hidden_at = ReviewState.HIDDEN.value, now
    review.hidden_by_id, review.hidden_reason = by.user_id, told
    db.session.flush()
    _note("orders.hide_review", review, by, now, before=before, reason=told)


def reply_to_review(review: Review, text: str, *, by: Actor, now: datetime) -> None:
    """The producer answers, where everybody reads it; a new answer takes the place of the old one.

    Raises InvalidReviewError (field «reply»).
    """
    told = clean_text(text)
    if not told or len(told) > REPLY_MAX:
        raise InvalidReviewError(field="reply", reason="too_long" if told else "missing")
    if review.reply == told:
        return
    review.reply, review.replied_at, review.replied_by_id = told, now, by.user_id
    db.session.flush()
    record_act(
        "orders.reply_to_review",
        by=by,
        subject=f"review:{review.id}",
        producer_id=review.producer_id,
        now=now,
    )


def find_review(line_id: int) -> Review | None:
    """The review of a line."""
    return db.session.scalar(select(Review).where(Review.line_id == line_id))


def _checked(draft: ReviewDraft) -> tuple[str, str]:
    text, author = clean_text(draft.text), clean_line(draft.author)
    if not 1 <= draft.rating <= 5:
        raise InvalidReviewError(field="rating", reason="unknown")
    for field, value, least, most in (("text", text, TEXT_MIN, TEXT_MAX), ("author", author, 1, AUTHOR_MAX)):
        if not least <= len(value) <= most:
            raise InvalidReviewError(field=field, reason="missing" if len(value) < least else "too_long")
    if len(draft.pictures) > PICTURES_MAX:
        raise InvalidReviewError(field="pictures", reason="too_many")
    return text, author


def _require_bought(line: OrderLine, part: SellerOrder, now: datetime) -> None:
    delivered_at = delivered_at_of(part.id)
    if delivered_at is None or line.cancelled_quantity == line.quantity:
        raise InvalidReviewError(field="order", reason="not_delivered")
    if now > delivered_at + REVIEW_WITHIN:
        raise InvalidReviewError(field="order", reason="too_late")


def _refuse_own_goods(part: SellerOrder, by: Actor | None) -> None:
    order = db.session.get_one(Order, part.order_id)
    people = [number for number in (by.user_id if by else None, order.user_id) if number is not None]
    member = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.producer_id == part.producer_id,
            or_(User.id.in_(people), User.phone == order.phone, User.email == (order.email or "-")),
        )
    )
    own_phone = select(Producer.id).where(Producer.id == part.producer_id, Producer.phone == order.phone)
    is_own = order.phone and db.session.scalar(own_phone) is not None
    if is_own or db.session.scalar(member.limit(1)) is not None:
        raise InvalidReviewError(field="order", reason="own_goods")


def _tell_producer(review: Review, now: datetime) -> None:
    team = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.producer_id == review.producer_id,
            Membership.ended_at.is_(None),
            Membership.role.in_(("owner", "editor")),
        )
    )
    for user in db.session.scalars(team):
        with speaking(user.language):
            subject = _("A buyer reviewed %(product)s", product=review.product.name)
            text = _("Open «Reviews» in your workspace: you can answer where everybody reads it.")
        notify_user(user.id, subject, text, now=now)


def _note(
    verb: str, review: Review, by: Actor, now: datetime, *, before: str, reason: str | None = None
) -> None:
    record_act(
        verb,
        by=by,
        subject=f"review:{review.id}",
        before={"state": before},
        after={"state": review.state},
        reason=reason,
        producer_id=review.producer_id,
        now=now,
    )
