"""What can go wrong with the public log; facts only."""

from core.errors import ConflictError, InvalidError, NotFoundError


class EntryNotFoundError(NotFoundError):
    """The log has no entry `seq`."""


class ContradictingEntryError(ConflictError):
    """The event `kind`, `subject` is in the log already, with other facts."""


class RootNotFoundError(NotFoundError):
    """The log never had this `size`, or had not got to the entry asked for. most: the largest that it had."""


class InvalidStartError(InvalidError):
    """`value` is no number of an entry. parameter: its name."""
