"""What a person agreed to, and since when."""

from dataclasses import dataclass

from sqlalchemy import select

from accounts.models.personal import ConsentAct
from accounts.purposes import PURPOSES, Purpose
from core.db import db


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A purpose and all that the person ever said about it, the latest first."""

    purpose: Purpose
    acts: tuple[ConsentAct, ...]

    @property
    def is_given(self) -> bool:
        """Whether it holds now."""
        return bool(self.acts) and self.acts[0].is_given


def find_consent(user_id: int, purpose: str) -> ConsentAct | None:
    """The latest act of the person about `purpose`: given or taken back; None if there never was one."""
    own = (ConsentAct.user_id == user_id, ConsentAct.purpose == purpose)
    return db.session.scalar(select(ConsentAct).where(*own).order_by(ConsentAct.id.desc()).limit(1))


def has_consent(user_id: int, purpose: str) -> bool:
    """Whether the person agrees to `purpose` now."""
    act = find_consent(user_id, purpose)
    return act is not None and act.is_given


def list_consents(user_id: int) -> list[ConsentView]:
    """Every purpose there is, with the person's acts."""
    acts = list(
        db.session.scalars(
            select(ConsentAct).where(ConsentAct.user_id == user_id).order_by(ConsentAct.id.desc())
        )
    )
    return [
        ConsentView(purpose, tuple(act for act in acts if act.purpose == key))
        for key, purpose in PURPOSES.items()
    ]
