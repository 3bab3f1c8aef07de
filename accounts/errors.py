"""What can go wrong with people and their accounts; facts only, templates make sentences of them."""

from core.errors import ForbiddenError, NotFoundError


class NotSignedInError(ForbiddenError):
    """Nobody is signed in. Pages lead to the sign-in; `/api/` answers 401."""


class NotYoursError(NotFoundError):
    """There is such a thing, but not for this person: which is told to nobody."""
