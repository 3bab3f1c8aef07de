"""Consents: given and taken back, each as a row of its own."""

from datetime import datetime
from typing import Final

from accounts.actors import Actor
from accounts.errors import UnknownPurposeError
from accounts.models.personal import ConsentAct
from accounts.purposes import PURPOSES
from accounts.queries.consents import find_consent
from core.db import db

VERSION_MAX: Final = 20


def record_consent(user_id: int, purpose: str, version: str, now: datetime) -> ConsentAct:
    """Note that the person agreed to `purpose` having seen the text `version` of it; given twice, it is one consent.

    purpose: a key of `accounts.purposes`. Raises UnknownPurposeError for another one or a version without text.
    """
    if purpose not in PURPOSES or not 1 <= len(version) <= VERSION_MAX:
        raise UnknownPurposeError(purpose=purpose, version=version)
    known = find_consent(user_id, purpose)
    if known is not None and known.is_given and known.version == version:
        return known
    return _add(user_id, purpose, version, now, is_given=True)


def withdraw_consent(user_id: int, purpose: str, now: datetime) -> ConsentAct | None:
    """Note that the person takes the consent to `purpose` back; None if there is none to take back.

    What was done with it until now stays lawful. Source: Law 91/2025/QH15, article 10. Raises UnknownPurposeError.
    """
    if purpose not in PURPOSES:
        raise UnknownPurposeError(purpose=purpose, version=None)
    known = find_consent(user_id, purpose)
    if known is None or not known.is_given:
        return None
    return _add(user_id, purpose, known.version, now, is_given=False)


def give_offered_consent(purpose: str, *, by: Actor, now: datetime) -> ConsentAct:
    """Note a consent that the page of consents offers. Raises UnknownPurposeError for any other."""
    offered = PURPOSES.get(purpose)
    if offered is None or not offered.is_offered:
        raise UnknownPurposeError(purpose=purpose, version=None)
    return record_consent(by.user_id, purpose, offered.version, now)


def withdraw_own_consent(purpose: str, *, by: Actor, now: datetime) -> ConsentAct | None:
    """Take back a consent that the account can be without. Raises UnknownPurposeError for one that it cannot."""
    known = PURPOSES.get(purpose)
    if known is None or known.is_needed:
        raise UnknownPurposeError(purpose=purpose, version=None)
    return withdraw_consent(by.user_id, purpose, now)


def _add(user_id: int, purpose: str, version: str, now: datetime, *, is_given: bool) -> ConsentAct:
    act = ConsentAct(user_id=user_id, purpose=purpose, version=version, is_given=is_given, acted_at=now)
    db.session.add(act)
    db.session.flush()
    return act
