"""A fair of the organiser at which our producer has a booth, shows a product and has a point of the programme."""

from typing import Any

from core import clock
from promotion.models.fairs import Participation
from tests.fairs import make_booth, make_exhibitor, make_fair, make_session


def fair_things(product: Any, people: dict[str, Any]) -> dict[str, str | int]:
    """What addresses call them."""
    fair = make_fair(slug="hoi-cho-cua-ban-to-chuc", organiser=people["organiser"])
    part: Participation = make_exhibitor(fair, product, code="A1")
    point = make_session(fair, clock.now())
    free = make_booth(fair, "A2", left=2)
    return {
        "own_fair": fair.id,
        "own_fair_slug": fair.slug,
        "own_booth": free.id,
        "taken_booth": part.booth_id or 0,
        "fair_session": point.id,
        "participation": part.id,
    }
