"""A person's archives and wish to be erased, and what stands in its way."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from accounts.errors import ExportNotFoundError
from accounts.models import Membership, RoleGrant
from accounts.models.personal import DataExport, ErasureRequest
from core.db import db

EXPORT_KEPT: Final = timedelta(days=7)
"""How long an archive can be fetched (docs/limits.md)."""
EXPORTS_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Obstacles:
    """Why a person cannot be erased yet. producer_ids: which nobody else owns. has_office: a role is held."""

    producer_ids: tuple[int, ...]
    has_office: bool

    def __bool__(self) -> bool:
        return bool(self.producer_ids) or self.has_office


def find_obstacles(user_id: int) -> Obstacles:
    """What a person must hand over before being erased: producers without another owner, posts and other roles."""
    owned = (Membership.role == "owner", Membership.ended_at.is_(None), Membership.is_assisting.is_(False))
    mine = select(Membership.producer_id).where(Membership.user_id == user_id, *owned)
    shared = select(Membership.producer_id).where(
        Membership.user_id != user_id, Membership.producer_id.in_(mine), *owned
    )
    alone = db.session.scalars(
        mine.where(Membership.producer_id.not_in(shared)).order_by(Membership.producer_id)
    )
    held = select(func.count()).where(RoleGrant.user_id == user_id, RoleGrant.ended_at.is_(None))
    return Obstacles(tuple(alone), bool(db.session.scalar(held)))


def find_open_erasure(user_id: int) -> ErasureRequest | None:
    """The person's wish to be erased that is neither done nor taken back."""
    own = (ErasureRequest.user_id == user_id, ErasureRequest.withdrawn_at.is_(None))
    return db.session.scalar(select(ErasureRequest).where(*own, ErasureRequest.done_at.is_(None)))


def list_exports(user_id: int) -> list[DataExport]:
    """The person's latest archives, the newest first."""
    own = select(DataExport).where(DataExport.user_id == user_id)
    return list(db.session.scalars(own.order_by(DataExport.id.desc()).limit(EXPORTS_SHOWN)))


def get_own_export(user_id: int, export_id: int, now: datetime) -> DataExport:
    """The archive if it is the person's, made, and not too old. Raises ExportNotFoundError."""
    own = (DataExport.id == export_id, DataExport.user_id == user_id)
    found = db.session.scalar(select(DataExport).where(*own))
    if found is None or not is_ready(found, now):
        raise ExportNotFoundError(export_id=export_id)
    return found


def is_ready(export: DataExport, now: datetime) -> bool:
    """Whether the archive lies ready to be fetched."""
    is_made = export.sha256 is not None and export.byte_count is not None and export.made_at is not None
    return is_made and export.made_at is not None and now < export.made_at + EXPORT_KEPT


def is_in_work(export: DataExport) -> bool:
    """Whether the archive is being made."""
    return export.byte_count is None and export.deleted_at is None
