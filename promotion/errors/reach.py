"""What short links and reports refuse."""

from core.errors import InvalidError, NotFoundError


class ShortLinkNotFoundError(NotFoundError):
    """No short link has this key (`typed`)."""


class InvalidLinkError(InvalidError):
    """A short link cannot be made so (`reason`: kind or target). Nothing was made."""


class InvalidPeriodError(InvalidError):
    """The days of a report cannot be used (`reason`)."""
