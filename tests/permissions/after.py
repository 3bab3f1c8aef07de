"""A delivered order of the shopper at our producer, with a return, a dispute and a review."""

from typing import Any

from flask import current_app

from core import clock as present
from core.db import db, transaction
from core.files import Storage
from orders.models.reviews import ReviewPicture
from orders.operations.disputes import open_dispute
from orders.operations.private_pictures import DrawnPicture
from orders.operations.returns import ReturnWish, ask_return
from orders.operations.reviews import ReviewDraft, publish_review, write_review
from orders.order_tokens import token_of
from tests.people import actor
from tests.support.order_shop import delivered_order, parcel


def after_things(product: Any, people: dict[str, Any], files: Storage) -> dict[str, str | int]:
    """What addresses call them."""
    shopper = people["shopper"]
    variant = product.variants[0]
    first, second = (
        delivered_order(parcels=[parcel((variant, 2))], user_id=shopper.id).seller_orders[0] for _ in "ab"
    )
    official = actor(people["administrator"])
    picture = DrawnPicture(files.put(b"a picture of the tests"), 10, 10)
    with transaction():
        wish = ReturnWish("after", "faulty", "Hộp bị móp.", {first.lines[0].id: 1}, [picture])
        asked = ask_return(first, wish, by=None, now=present.now())
        draft = ReviewDraft(5, "Kẹo thơm, giòn lắm.", "Thử N.")
        review = write_review(first.lines[0], draft, by=None, now=present.now())
        db.session.add(
            ReviewPicture(review_id=review.id, position=1, sha256=picture.sha256, width=10, height=10)
        )
        publish_review(review, by=official, now=present.now())
        dispute = open_dispute(second, "other", "Chưa rõ.", by=None, now=present.now())
        numbers = (asked.id, review.id, dispute.id)
    return {
        "order_token": token_of(first.order_id, current_app.extensions["settings"].keys),
        "after_order": first.order_id,
        "after_parcel": first.id,
        "after_line": first.lines[0].id,
        "after_return": numbers[0],
        "after_review": numbers[1],
        "after_dispute": numbers[2],
    }
