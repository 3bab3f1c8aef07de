"""What orders refuse. Each error carries its facts; pages turn them into sentences."""

from core.errors import ConflictError, InvalidError, NotFoundError


class OrderNotFoundError(NotFoundError):
    """No such order, or not yours."""


class WrongMoveError(ConflictError):
    """The order is not in a state from which it may go there (`axis`, `present`, `wanted`). Nothing has changed."""


class ShortStockError(ConflictError):
    """Not all of it is there. shortfalls: available packs by number of the pack. Nothing has been reserved."""


class BasketChangedError(ConflictError):
    """What was shown no longer holds (`shown_vnd`, `total_vnd`, `problems`). Nothing was ordered."""


class InvalidOrderError(InvalidError):
    """A field of a checkout cannot be used (`field`, `reason`)."""


class NotHeldError(ConflictError):
    """The order (`order`) or the line (`line_id`, `quantity`) does not hold these goods. Nothing has changed."""


class NoticeNotFoundError(NotFoundError):
    """No notice of this `notice_id`."""


class NoticeStateError(ConflictError):
    """The notice waits for nobody, or no reason was given (`state`, `reason`). Nothing has changed."""
