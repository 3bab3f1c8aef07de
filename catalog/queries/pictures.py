"""Photographs of products: as pages show them, and as files."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, select
from sqlalchemy.orm import joinedload

from catalog.models.pictures import Picture, PictureFile, ProductPicture
from core.db import db
from core.media.limits import CARD, FORMATS, WIDTHS

SHOWN_WIDTH_MAX: Final = 960
"""What pages show: the largest rendition is for those who ask for it (first picture at most 45 KB, docs/budgets.md)."""

_SHOWN, _PICTURE = ProductPicture.__table__.c, Picture.__table__.c
_KEY: Final = re.compile(r"[0-9a-f]{20}")
_NAMES: Final = frozenset({CARD, *map(str, WIDTHS)})


@dataclass(frozen=True, slots=True)
class PictureView:
    """A photograph for showing. width, height: of its largest rendition. alt: what it shows, None if nobody said."""

    key: str
    width: int
    height: int
    alt: str | None = None
    alt_en: str | None = None

    def url(self, name: str, form: str = "jpeg") -> str:
        """Address of a rendition: name «card» or a width asked for."""
        return f"/pictures/{self.key}/{name}.{form}"

    @property
    def largest_url(self) -> str:
        """Address of the largest rendition, for every reader."""
        return self.url(str(self._asked_widths()[-1]))

    def srcset(self, form: str) -> str:
        """The renditions that pages show, as an attribute of `<source>`."""
        widths = [width for width in self._asked_widths() if width <= SHOWN_WIDTH_MAX]
        return ", ".join(f"{self.url(str(width), form)} {min(width, self.width)}w" for width in widths)

    def _asked_widths(self) -> list[int]:
        """Up to the first one that holds the whole picture."""
        return [
            width
            for position, width in enumerate(WIDTHS)
            if position == 0 or WIDTHS[position - 1] < self.width
        ]


@dataclass(frozen=True, slots=True)
class PictureFileFacts:
    """A file of a picture. sha256: its name in the storage."""

    sha256: str
    format: str


def is_cover_of(product_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Condition of an outer join of `product_picture`: the one row that is the cover of that product."""
    return and_(_SHOWN.product_id == product_id, _SHOWN.position == 1, _SHOWN.removed_at.is_(None))


COVER_COLUMNS: Final[list[ColumnElement[Any]]] = [
    _PICTURE.key.label("cover_key"),
    _PICTURE.width.label("cover_width"),
    _PICTURE.height.label("cover_height"),
]


def cover_view(row: Any) -> PictureView | None:
    """The cover of a row that was read with `COVER_COLUMNS`."""
    return PictureView(row.cover_key, row.cover_width, row.cover_height) if row.cover_key else None


_PICTURES: Final = (
    select(_PICTURE.key, _PICTURE.width, _PICTURE.height, _SHOWN.alt, _SHOWN.alt_en)
    .join_from(ProductPicture.__table__, Picture.__table__, _PICTURE.id == _SHOWN.picture_id)
    .where(_SHOWN.product_id == bindparam("product_id"), _SHOWN.removed_at.is_(None))
    .order_by(_SHOWN.position)
)
_FILE: Final = (
    select(PictureFile.sha256, PictureFile.format)
    .join(Picture, Picture.id == PictureFile.picture_id)
    .where(
        Picture.key == bindparam("key"),
        PictureFile.name == bindparam("name"),
        PictureFile.format == bindparam("form"),
        select(ProductPicture.id)
        .where(ProductPicture.picture_id == Picture.id, ProductPicture.removed_at.is_(None))
        .exists(),
    )
)


def list_pictures(product_id: int) -> tuple[PictureView, ...]:
    """What a product shows, in order. One statement."""
    rows = db.session.execute(_PICTURES, {"product_id": product_id})
    return tuple(PictureView(*row) for row in rows)


def find_picture_file(key: str, name: str, form: str) -> PictureFileFacts | None:
    """The file of a picture that some product shows now; None also for what is no key, size or format of ours."""
    if not _KEY.fullmatch(key) or name not in _NAMES or form not in FORMATS:
        return None
    row = db.session.execute(_FILE, {"key": key, "name": name, "form": form}).first()
    return PictureFileFacts(*row) if row else None


def list_removed_pictures(product_id: int, since: Any) -> Sequence[ProductPicture]:
    """What was taken away since then and is not shown again, the latest first."""
    shown = select(ProductPicture.picture_id).where(
        ProductPicture.product_id == product_id, ProductPicture.removed_at.is_(None)
    )
    return db.session.scalars(
        select(ProductPicture)
        .where(
            ProductPicture.product_id == product_id,
            ProductPicture.removed_at >= since,
            ProductPicture.picture_id.not_in(shown),
        )
        .options(joinedload(ProductPicture.picture))
        .order_by(ProductPicture.removed_at.desc(), ProductPicture.id.desc())
    ).all()


def find_card_file(product_picture_id: int, product_id: int) -> str | None:
    """SHA-256 of the small JPEG of a picture of the product, shown or taken away; None if it has none such."""
    return db.session.scalar(
        select(PictureFile.sha256)
        .join(ProductPicture, ProductPicture.picture_id == PictureFile.picture_id)
        .where(
            ProductPicture.id == product_picture_id,
            ProductPicture.product_id == product_id,
            PictureFile.name == CARD,
            PictureFile.format == "jpeg",
        )
    )
