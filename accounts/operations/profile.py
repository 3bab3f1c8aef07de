"""What a person says of oneself."""

from accounts.actors import Actor
from accounts.errors import InvalidPersonalFactError
from accounts.models import User
from core.db import db
from core.i18n import LANGUAGES
from core.text import clean_line

NAME_MAX = 100


def change_profile(name: str, language: str, *, by: Actor) -> None:
    """Put name and language (for messages) right. Raises InvalidPersonalFactError.

    Source: Law 91/2025/QH15, article 13.
    """
    cleaned = clean_line(name)
    if not cleaned:
        raise InvalidPersonalFactError(field="name", reason="missing")
    if len(cleaned) > NAME_MAX:
        raise InvalidPersonalFactError(field="name", reason="too_long")
    user = db.session.get_one(User, by.user_id)
    user.name = cleaned
    if language in LANGUAGES:
        user.language = language
    db.session.flush()
