"""Photographs of products: added, put in order, described, taken away and laid back.

Drawing a photograph anew takes a second, so it comes before the transaction:

    stored = draw_picture(content, files=files)
    with transaction():
        add_picture(product, stored, by=actor, now=now)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from accounts.actors import Actor
from catalog.errors import InvalidFactError, PictureGoneError, PictureNotFoundError, TooManyPicturesError
from catalog.facts import Refusal
from catalog.models import Product
from catalog.models.listings import ChangeKind
from catalog.models.pictures import Picture, PictureFile, ProductPicture
from catalog.operations.listings import record_change
from catalog.operations.text_checks import optional_line
from core.db import db
from core.files import Storage
from core.media.pictures import Pictures, make_pictures

PICTURES_MAX: Final = 10
"""Shown by one product. Source: docs/limits.md."""
ALT_MAX: Final = 200
LAY_BACK_WITHIN: Final = timedelta(days=30)
_ASIDE: Final = 1_000  # positions while the order changes: no two shown pictures may have the same one


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was stored and that no row names yet."""

    name: str
    format: str
    width: int
    height: int
    byte_count: int
    sha256: str


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A photograph drawn anew and stored, which no row names yet."""

    key: str
    width: int
    height: int
    files: tuple[StoredFile, ...]


def draw_picture(content: bytes, *, files: Storage) -> StoredPicture:
    """Draw a photograph anew in a process of its own, and store the result. Outside transactions.

    Raises InvalidMediaError (reason: `core.media.errors.MediaFault`); nothing was stored then. OSError if the storage
    does not take it: what it took before becomes no row, and is cleared away after a day.
    """
    return store_drawn(make_pictures(content), files=files)


def store_drawn(drawn: Pictures, *, files: Storage) -> StoredPicture:
    """Put the files of a drawn picture into the storage."""
    return StoredPicture(
        drawn.key,
        drawn.width,
        drawn.height,
        tuple(
            StoredFile(
                each.name, each.format, each.width, each.height, len(each.content), files.put(each.content)
            )
            for each in drawn.renditions
        ),
    )


def add_picture(
    product: Product, stored: StoredPicture, *, by: Actor | None, now: datetime, alt: str | None = None
) -> ProductPicture:
    """Show the picture last on the page of `product`; the same one again gives the row there is.

    Raises TooManyPicturesError (`PICTURES_MAX` are shown), InvalidFactError for an alt text that is too long.
    """
    shown_before = _locked(product)
    picture = _picture_of(stored, now)
    shown = list_shown(product.id)
    known = next((each for each in shown if each.picture_id == picture.id), None)
    if known is not None:
        return known
    if len(shown) >= PICTURES_MAX:
        raise TooManyPicturesError(product_id=product.id, most=PICTURES_MAX)
    added = ProductPicture(
        product_id=product.id,
        picture=picture,
        position=len(shown) + 1,
        alt=optional_line("alt", alt, ALT_MAX),
        added_by_id=by.user_id if by else None,
        added_at=now,
    )
    db.session.add(added)
    _note(product, shown_before, by, now)
    return added


def describe_picture(
    product: Product, picture_id: int, *, alt: str | None, alt_en: str | None, by: Actor | None, now: datetime
) -> ProductPicture:
    """Say what a picture shows, for people who do not see it. Raises PictureNotFoundError, InvalidFactError."""
    shown_before = _locked(product)
    shown = _shown(product, picture_id)
    shown.alt = optional_line("alt", alt, ALT_MAX)
    shown.alt_en = optional_line("alt_en", alt_en, ALT_MAX)
    _note(product, shown_before, by, now)
    return shown


def order_pictures(product: Product, picture_ids: Sequence[int], *, by: Actor | None, now: datetime) -> None:
    """Show the pictures in this order, the first being the cover. picture_ids: ids of all rows shown, each once.

    Raises InvalidFactError if these are not the pictures shown now (somebody else added or took one meanwhile).
    """
    shown_before = _locked(product)
    if sorted(each.id for each in list_shown(product.id)) != sorted(picture_ids):
        raise InvalidFactError(field="order", value=list(picture_ids), reason=Refusal.UNKNOWN_CHOICE)
    _renumber(product.id, picture_ids)
    _note(product, shown_before, by, now)


def remove_picture(product: Product, picture_id: int, *, by: Actor | None, now: datetime) -> None:
    """Take a picture from the page; it can be laid back for `LAY_BACK_WITHIN`. Gone already: nothing happens.

    Raises PictureNotFoundError if the product never had it.
    """
    shown_before = _locked(product)
    row = _any(product, picture_id)
    if row.removed_at is not None:
        return
    row.removed_at, row.removed_by_id = now, by.user_id if by else None
    db.session.flush()
    _renumber(product.id, [each.id for each in list_shown(product.id)])
    _note(product, shown_before, by, now)


def lay_back_picture(product: Product, picture_id: int, *, by: Actor | None, now: datetime) -> ProductPicture:
    """Show a picture again that was taken away, as the last one. Shown already: nothing happens.

    Raises PictureNotFoundError, PictureGoneError after `LAY_BACK_WITHIN` or if the same picture was added anew,
    TooManyPicturesError.
    """
    shown_before = _locked(product)
    row = _any(product, picture_id)
    if row.removed_at is None:
        return row
    shown = list_shown(product.id)
    if now - row.removed_at > LAY_BACK_WITHIN or any(each.picture_id == row.picture_id for each in shown):
        raise PictureGoneError(picture_id=picture_id)
    if len(shown) >= PICTURES_MAX:
        raise TooManyPicturesError(product_id=product.id, most=PICTURES_MAX)
    row.removed_at, row.removed_by_id, row.position = None, None, len(shown) + 1
    _note(product, shown_before, by, now)
    return row


def list_shown(product_id: int) -> Sequence[ProductPicture]:
    """The rows of what the product shows, in order."""
    return db.session.scalars(
        select(ProductPicture)
        .where(ProductPicture.product_id == product_id, ProductPicture.removed_at.is_(None))
        .order_by(ProductPicture.position)
        .execution_options(populate_existing=True)
    ).all()


def forget_removed_pictures(*, now: datetime) -> int:
    """Delete the rows of pictures that can be laid back no more, and of pictures that nobody shows; how many.

    Their files have no row then, and go with the next round of clearing.
    """
    db.session.execute(delete(ProductPicture).where(ProductPicture.removed_at < now - LAY_BACK_WITHIN))
    unused = select(Picture.id).where(
        Picture.id.not_in(select(ProductPicture.picture_id)), Picture.drawn_at < now - LAY_BACK_WITHIN
    )
    ids = list(db.session.scalars(unused))
    db.session.execute(delete(PictureFile).where(PictureFile.picture_id.in_(ids)))
    db.session.execute(delete(Picture).where(Picture.id.in_(ids)))
    return len(ids)


def _picture_of(stored: StoredPicture, now: datetime) -> Picture:
    """The row of that picture: one for all who show it."""
    known = db.session.scalar(select(Picture).where(Picture.key == stored.key))
    if known is not None:
        return known
    picture = Picture(
        key=stored.key,
        width=stored.width,
        height=stored.height,
        drawn_at=now,
        files=[
            PictureFile(
                name=each.name,
                format=each.format,
                width=each.width,
                height=each.height,
                byte_count=each.byte_count,
                sha256=each.sha256,
            )
            for each in stored.files
        ],
    )
    try:
        with db.session.begin_nested():
            db.session.add(picture)
    except IntegrityError:  # PostgreSQL: somebody else added the same one at this very moment
        return db.session.scalars(select(Picture).where(Picture.key == stored.key)).one()
    return picture


def _locked(product: Product) -> list[dict[str, Any]]:
    """What is shown now, with nobody else changing it before this transaction ends (SQLite has one writer anyway)."""
    db.session.execute(select(Product.id).where(Product.id == product.id).with_for_update())
    return _told(product.id)


def _told(product_id: int) -> list[dict[str, Any]]:
    """The pictures shown, in order, as the history tells of them."""
    return [
        {"id": each.id, "key": each.picture.key, "alt": each.alt, "alt_en": each.alt_en}
        for each in list_shown(product_id)
    ]


def _note(product: Product, before: list[dict[str, Any]], by: Actor | None, now: datetime) -> None:
    """Tell the history of the listing, and with it the audit trail, if anything has changed."""
    db.session.flush()
    after = _told(product.id)
    if after != before:
        record_change(
            product,
            ChangeKind.EDIT,
            before={"photos": before},
            after={"photos": after},
            by=by,
            now=now,
        )


def _renumber(product_id: int, picture_ids: Sequence[int]) -> None:
    db.session.execute(
        update(ProductPicture)
        .where(ProductPicture.product_id == product_id, ProductPicture.removed_at.is_(None))
        .values(position=ProductPicture.position + _ASIDE)
    )
    for position, picture_id in enumerate(picture_ids, start=1):
        db.session.execute(
            update(ProductPicture).where(ProductPicture.id == picture_id).values(position=position)
        )
    db.session.flush()


def _shown(product: Product, picture_id: int) -> ProductPicture:
    row = _any(product, picture_id)
    if row.removed_at is not None:
        raise PictureNotFoundError(picture_id=picture_id)
    return row


def _any(product: Product, picture_id: int) -> ProductPicture:
    row = db.session.scalar(
        select(ProductPicture)
        .where(ProductPicture.id == picture_id, ProductPicture.product_id == product.id)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise PictureNotFoundError(picture_id=picture_id)
    return row
