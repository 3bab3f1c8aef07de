"""Producers with what they have listed."""

from flask import Response

from catalog.api.answers import data_answer, site_address
from catalog.api.serialize import producer_detail_json
from catalog.queries.columns import get_columns
from catalog.queries.producer import get_producer_page
from core import clock
from core.web.access import public


@public
def producer(slug: str) -> Response:
    """One producer. Raises ProducerNotFoundError."""
    return data_answer(
        get_columns().seq,
        ("producer", slug),
        lambda: producer_detail_json(get_producer_page(slug, clock.today()), site_address()),
    )
