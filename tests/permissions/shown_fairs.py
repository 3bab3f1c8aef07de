"""A published fair with one booth, as everybody may see it."""

from typing import Any

from tests.fairs import make_exhibitor, make_fair


def shown_fair_things(product: Any) -> dict[str, object]:
    """Its slug. The booth is «A1»."""
    fair = make_fair()
    make_exhibitor(fair, product)
    return {"shown_fair": fair.slug}
