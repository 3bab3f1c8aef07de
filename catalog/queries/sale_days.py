"""Whether a product is sold on a day: its months, and the days its producer is away. Judged for the day handed in."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import BindParameter, Date, bindparam, exists, func, select
from sqlalchemy.engine import Connection

from catalog.models import Product
from catalog.models.listings import ProductLabel, ProductSeason, SaleStop, Vacation
from catalog.queries.view_models import LabelView, SaleDays
from catalog.seasons import is_in_season, next_season, season_turns_on
from core.db import db

_PRODUCT, _LABEL = Product.__table__.c, ProductLabel.__table__.c
_SEASON, _VACATION, _STOP = ProductSeason.__table__.c, Vacation.__table__.c, SaleStop.__table__.c

ON: Final[BindParameter[date]] = bindparam("on", type_=Date)
# The last day on which the producer of a product is away, where one of its vacations holds the day asked for.
away_until: Final = (
    select(func.max(_VACATION.last_on))
    .where(
        _VACATION.producer_id == _PRODUCT.producer_id,
        _VACATION.ended_at.is_(None),
        _VACATION.first_on <= ON,
        _VACATION.last_on >= ON,
    )
    .correlate(Product.__table__)
    .scalar_subquery()
    .label("away_until")
)
# Whether goods of a product are being recalled, so that none of them is sold.
is_stopped: Final = (
    exists()
    .where(_STOP.product_id == _PRODUCT.id, _STOP.ended_at.is_(None))
    .correlate(Product.__table__)
    .label("is_stopped")
)
_OF_PRODUCT: Final = (
    select(_SEASON.months, away_until, is_stopped, *_LABEL)
    .select_from(Product.__table__)
    .outerjoin(ProductLabel.__table__, _LABEL.product_id == _PRODUCT.id)
    .outerjoin(ProductSeason.__table__, _SEASON.product_id == _PRODUCT.id)
    .where(_PRODUCT.id == bindparam("product_id"))
)


def get_sale_and_label(product_id: int, on: date) -> tuple[SaleDays, LabelView]:
    """When the product is sold, judged for `on`, and what its label states besides. One statement."""
    row: Any = db.session.execute(_OF_PRODUCT, {"product_id": product_id, "on": on}).one()
    label = LabelView(**{field: getattr(row, field) for field in LabelView.__dataclass_fields__})
    return sale_days(row.months, row.away_until, on, is_stopped=row.is_stopped), label


def sale_days(
    months: int | None, last_day_away: date | None, on: date, *, is_stopped: bool = False
) -> SaleDays:
    """months: as `catalog.seasons` keeps them. last_day_away: of a vacation that holds `on`, None if none does."""
    return SaleDays(next_month=next_season(months, on), away_until=last_day_away, is_stopped=bool(is_stopped))


class Closures:
    """Seasons, vacations and recalls of many products and their producers, judged for a day. Three statements."""

    def __init__(
        self, connection: Connection, product_ids: Iterable[int], producer_ids: Iterable[int], on: date
    ) -> None:
        self._on = on
        self._months: dict[int, int] = {
            row.product_id: row.months
            for row in connection.execute(
                select(_SEASON.product_id, _SEASON.months).where(_SEASON.product_id.in_(list(product_ids)))
            )
        }
        stopped = select(_STOP.product_id).where(
            _STOP.product_id.in_(list(product_ids)), _STOP.ended_at.is_(None)
        )
        self._stopped = frozenset(connection.scalars(stopped))
        self._away: defaultdict[int, list[tuple[date, date]]] = defaultdict(list)
        present = (_VACATION.ended_at.is_(None), _VACATION.last_on >= on)
        for row in connection.execute(
            select(_VACATION.producer_id, _VACATION.first_on, _VACATION.last_on).where(
                _VACATION.producer_id.in_(list(producer_ids)), *present
            )
        ):
            self._away[row.producer_id].append((row.first_on, row.last_on))

    def is_open(self, product_id: int, producer_id: int | None) -> bool:
        """Whether calendar and recalls let the product be sold on the day."""
        if product_id in self._stopped:
            return False
        is_away = any(first <= self._on <= last for first, last in self._away.get(producer_id or 0, ()))
        return not is_away and is_in_season(self._months.get(product_id), self._on)

    def turns_on(self, product_id: int, producer_id: int | None) -> list[date]:
        """Later days on which that may become another answer."""
        turns = [season_turns_on(self._months.get(product_id), self._on)]
        for first, last in self._away.get(producer_id or 0, ()):
            turns += [first, last + timedelta(days=1) if last < date.max else None]
        return [turn for turn in turns if turn is not None and turn > self._on]
