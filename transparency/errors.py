"""What can go wrong with the public log; facts only."""

from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class EntryNotFoundError(NotFoundError):
    """The log has no entry `seq`."""


class ContradictingEntryError(ConflictError):
    """The event `kind`, `subject` is in the log already, with other facts."""


class RootNotFoundError(NotFoundError):
    """The log never had this `size`, or had not got to the entry asked for. most: the largest that it had."""


class InvalidStartError(InvalidError):
    """`value` is no number of an entry. parameter: its name."""


class UnreadableKeyError(ConflictError):
    """`file` ought to hold private keys of the log and does not. reason: what is wrong with it."""


class KeyFileExistsError(ConflictError):
    """There is a `file` already where a new key was to be written."""


class ForkedLogError(ConflictError):
    """The log no longer begins with what was signed at `size`: nothing more is signed until a person has looked."""


class CheckpointAwaitedError(NotFoundError):
    """Entry `seq` is in the log, but no checkpoint holds it yet: the next one, within minutes, will."""


class TileNotFoundError(NotFoundError):
    """The log has no tile at `path`: it never will have, or has not got so far."""


class RecordKindNotFoundError(NotFoundError):
    """The log speaks of no records of this `kind`."""


class BrokenLogError(ConflictError):
    """The log cannot prove what it holds: the hash `number` of `level` was taken out. Checking tells more."""


class UnknownLogError(NotFoundError):
    """The log `origin` is not witnessed here."""


class UnsignedCheckpointError(ForbiddenError):
    """No key that is known of the log `origin` has signed its checkpoint."""


class WitnessedSizeError(ConflictError):
    """The log `origin` was witnessed here up to `size`, not up to where its proof begins."""


class SplitViewError(InvalidError):
    """The log `origin` tells, with `size` entries, another history than the one witnessed here before.

    is_same_size: both tell of as many entries.
    """
