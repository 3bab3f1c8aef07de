"""What the front page shows beyond lists: the newest recognitions in force."""

from datetime import date
from typing import Final

from sqlalchemy import select

from catalog.models import Certification, Product
from catalog.queries.recognitions import recognition_facts
from catalog.queries.view_models import DecisionLine
from catalog.stars import effective, stars_on, state_on
from core.db import db

LOOKED_AT_PER_LINE: Final = 4
"""How many of the latest records are read for each line wanted: some no longer speak for their product."""


def list_newest_recognitions(on: date, limit: int = 6) -> tuple[DecisionLine, ...]:
    """The latest decided recognitions that show stars on `on`, one line a product. Two statements."""
    rows = db.session.execute(
        select(
            Product.id,
            Product.slug,
            Product.name,
            Product.name_en,
            Certification.decision_number,
            Certification.decided_on,
            Certification.authority_name,
            Product.is_demonstration,
        )
        .join(Product, Product.id == Certification.product_id)
        .where(Product.is_listed, Certification.decided_on <= on, Certification.decision_number.is_not(None))
        .order_by(Certification.decided_on.desc(), Certification.id.desc())
        .limit(limit * LOOKED_AT_PER_LINE)
    ).all()
    facts = recognition_facts(tuple({row.id for row in rows}))
    lines = {}
    for row in rows:
        recorded = facts.get(row.id, [])
        speaking, stars = effective(recorded, on), stars_on(recorded, on)
        if speaking is None or stars is None or row.id in lines:
            continue
        if (speaking.decision_number, speaking.decided_on) != (row.decision_number, row.decided_on):
            continue
        lines[row.id] = DecisionLine(
            product_slug=row.slug,
            product_name=row.name,
            product_name_en=row.name_en,
            stars_shown=stars,
            state=state_on(speaking, on).value,
            decision_number=row.decision_number,
            decided_on=row.decided_on,
            authority_name=row.authority_name,
            is_demonstration=row.is_demonstration,
        )
    return tuple(lines.values())[:limit]
