"""What trade with firms refuses."""

from core.errors import ConflictError, InvalidError, NotFoundError


class TradeNotFoundError(NotFoundError):
    """No such account, request, quotation, slot or paper, or not yours."""


class InvalidTradeError(InvalidError):
    """A field cannot be used (`field`, `reason`). Nothing has changed."""


class TradeAccountError(ConflictError):
    """The account does not stand so that this may be done (`state`, `reason`). Nothing has changed."""


class QuotationStateError(ConflictError):
    """The quotation (`number`) is no longer open: `state`, of `promotion.quotation_terms`. Nothing has changed."""


class RfqStateError(ConflictError):
    """The request does not stand so that this may be done (`stage`). Nothing has changed."""


class SlotTakenError(ConflictError):
    """The slot is booked, withdrawn or over, or the buyer is elsewhere then (`reason`). Nothing has changed."""
