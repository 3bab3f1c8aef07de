"""Photographs of products: what was drawn anew of each, and which product shows it where.

A photograph that is taken away keeps its row, with who and when: it can be laid back for a while.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.register import Product
from core.db import Model, UtcDateTime


class Picture(Model):
    """A photograph in sizes and formats of our own making; the file that came is not kept.

    key: 20 hexadecimal digits, from its content: the same photograph is kept once. width, height: of the largest.
    """

    __tablename__ = "picture"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(20), unique=True)
    width: Mapped[int]
    height: Mapped[int]
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    files: Mapped[list["PictureFile"]] = relationship(back_populates="picture")


class PictureFile(Model):
    """One file of a picture. name: «card» (a square) or the width asked for, «640». format: avif, webp or jpeg."""

    __tablename__ = "picture_file"
    __table_args__ = (
        CheckConstraint("format IN ('avif', 'webp', 'jpeg')", name="format"),
        UniqueConstraint("picture_id", "name", "format", name="uq_picture_file_name"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    picture_id: Mapped[int] = mapped_column(ForeignKey("picture.id"))
    name: Mapped[str] = mapped_column(String(8))
    format: Mapped[str] = mapped_column(String(4))
    width: Mapped[int]
    height: Mapped[int]
    byte_count: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    picture: Mapped[Picture] = relationship(back_populates="files")


class ProductPicture(Model):
    """A photograph on the page of a product. position: 1, 2, 3 … among those shown; 1 is the cover."""

    __tablename__ = "product_picture"
    __table_args__ = (
        CheckConstraint("position >= 1", name="position"),
        CheckConstraint("removed_at IS NOT NULL OR removed_by_id IS NULL", name="removed"),
        Index(
            "uq_product_picture_position",
            "product_id",
            "position",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index(
            "uq_product_picture_shown",
            "product_id",
            "picture_id",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    picture_id: Mapped[int] = mapped_column(ForeignKey("picture.id"), index=True)
    position: Mapped[int]
    alt: Mapped[str | None] = mapped_column(String(200))
    alt_en: Mapped[str | None] = mapped_column(String(200))
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    product: Mapped[Product] = relationship()
    picture: Mapped[Picture] = relationship()
