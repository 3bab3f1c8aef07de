"""Inquiries that come twice: after «back», with another form but the same words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from catalog.facts import InquiryFacts
from catalog.operations.inquiries import record_inquiry
from core import clock as present

Make = Callable[..., Any]
INQUIRY = InquiryFacts(submission_key="k-1", name="Lan", phone="0912 345 678", message="Còn hàng không?")


def test_a_form_sent_again_after_back_within_a_day_is_the_same_inquiry(
    make_product: Make, writing: Session
) -> None:
    product, other = make_product(is_for_sale=True), make_product(is_for_sale=True)
    first = record_inquiry(product, INQUIRY, now=present.now())
    again, word = (
        replace(INQUIRY, submission_key="k-2"),
        replace(INQUIRY, submission_key="k-3", message="Mấy giờ?"),
    )

    after_back = record_inquiry(product, again, now=present.now() + timedelta(hours=23))
    others = [
        record_inquiry(product, word, now=present.now()),
        record_inquiry(other, replace(again, submission_key="k-4"), now=present.now()),
        record_inquiry(product, again, now=present.now() + timedelta(hours=25)),
    ]

    assert after_back is first
    assert len({first.id, *(each.id for each in others)}) == 4
