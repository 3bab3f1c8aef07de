"""Which address leads to which page of returns and reviews at a producer, under /workspace."""

from typing import Final

from catalog.views.routes import Route
from orders.views.returns import (
    producer_return,
    producer_return_picture,
    return_answer_create,
    return_receipt_create,
    returns,
)
from orders.views.reviews import producer_reviews, review_reply_create

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/<int:producer_id>/returns", returns),
    ("GET", "/<int:producer_id>/returns/<int:return_id>", producer_return),
    ("POST", "/<int:producer_id>/returns/<int:return_id>/answer", return_answer_create),
    ("POST", "/<int:producer_id>/returns/<int:return_id>/receipt", return_receipt_create),
    ("GET", "/<int:producer_id>/returns/<int:return_id>/pictures/<int:number>", producer_return_picture),
    ("GET", "/<int:producer_id>/reviews", producer_reviews),
    ("POST", "/<int:producer_id>/reviews/<int:review_id>/reply", review_reply_create),
)
