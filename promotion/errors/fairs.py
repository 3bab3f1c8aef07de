"""What fairs refuse. Each error carries its facts; pages turn them into sentences."""

from core.errors import ConflictError, InvalidError, NotFoundError


class FairNotFoundError(NotFoundError):
    """No such fair, or not yours, or not public."""


class InvalidFairError(InvalidError):
    """A field of a fair, its plan, its programme or a booth's goods cannot be used (`field`, `reason`). Nothing has
    changed.
    """


class FairStateError(ConflictError):
    """The fair is not in a state for this: `reason` over, cancelled, published, not_published, closed. Nothing has
    changed.
    """


class BoothTakenError(ConflictError):
    """The booth `code` is another producer's, or not empty. Nothing has changed."""


class ParticipationMoveError(ConflictError):
    """From `present` nobody of that `side` leads a participation to `wanted`. Nothing has changed."""
