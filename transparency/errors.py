"""What can go wrong with the public log; facts only."""

from core.errors import ConflictError, InvalidError, NotFoundError


class EntryNotFoundError(NotFoundError):
    """The log has no entry `seq`."""


class ContradictingEntryError(ConflictError):
    """The event `kind`, `subject` is in the log already, with other facts."""


class InvalidRangeError(InvalidError):
    """No proof for these sizes, or no number at all. parameter, value; most: the largest that there is."""
