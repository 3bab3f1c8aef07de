"""What the ledger refuses."""

from core.errors import ConflictError, InvalidError


class InvalidPostingError(InvalidError):
    """A posting of nothing, or from an account to itself (`debit`, `credit`, `amount_vnd`)."""


class JournalClashError(ConflictError):
    """A journal of this `key` exists and says something else."""
