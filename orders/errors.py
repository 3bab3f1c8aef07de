"""What orders refuse. Each error carries its facts; pages turn them into sentences."""

from core.errors import ConflictError, InvalidError, NotFoundError


class OrderNotFoundError(NotFoundError):
    """No such order, or not yours."""


class WrongMoveError(ConflictError):
    """The order is not in a state from which it may go there (`axis`, `present`, `wanted`). Nothing has changed."""


class ShortStockError(ConflictError):
    """Not all of it is there. shortfalls: available packs by number of the pack. Nothing has been reserved."""


class UnsoldGoodsError(ConflictError):
    """Goods of an agreement may not be sold (`name`, `name_en`, `problem`: gone, recalled, no_papers). Nothing has
    changed.
    """


class SliceShortError(ConflictError):
    """Fewer packs lie at the place of sale. left: packs there by number of the pack. Nothing has changed."""


class InvalidSliceError(InvalidError):
    """Packs cannot be taken along, counted or sold like this (`field`, `reason`). Nothing has changed."""


class NotUndoneError(ConflictError):
    """A sale at a counter cannot be undone (`order`, `reason`: gone, refunded, return). Nothing has changed."""


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


class NotSoldError(ConflictError):
    """What was put into the basket is not sold (any more) (`variant_id` or `bundle_id`). Nothing has changed."""


class BasketFullError(ConflictError):
    """A basket holds no more different things than that (`most`). Nothing has changed."""


class BasketLineNotFoundError(NotFoundError):
    """No such line in this basket."""


class NotYoursToCancelError(ConflictError):
    """The parcel (`order`) is packed already: the buyer asks the producer. Nothing has changed."""


class ReturnNotFoundError(NotFoundError):
    """No such return, or not yours."""


class InvalidReturnError(InvalidError):
    """A return cannot be asked for like this (`field`, `reason`). Nothing has changed."""


class DisputeNotFoundError(NotFoundError):
    """No such dispute."""


class InvalidDisputeError(InvalidError):
    """A dispute cannot be opened or decided like this (`field`, `reason`). Nothing has changed."""


class ReviewNotFoundError(NotFoundError):
    """No such review, or not yours."""


class InvalidReviewError(InvalidError):
    """A review or a reply cannot be kept like this (`field`, `reason`). Nothing has changed."""


class PaymentNotFoundError(NotFoundError):
    """No such payment, or no such order."""


class PaymentClashError(ConflictError):
    """The payment is not in a state for that, or the charge paid something else. Nothing has changed."""


class NoReceivingAccountError(ConflictError):
    """Nobody has said to which account transfers go (`producer_id`; None: the platform). Nothing has changed."""


class RefundNotFoundError(NotFoundError):
    """No such refund."""


class RefundTooLargeError(ConflictError):
    """More would go back than came in (`payment_id`, `wanted_vnd`, `left_vnd`). Nothing has changed."""


class RefundStateError(ConflictError):
    """The refund is not in a state for that (`refund_id`, `state`, `reason`). Nothing has changed."""


class BankLineNotFoundError(NotFoundError):
    """No such line of an account."""


class BankLineStateError(ConflictError):
    """The line has been decided on, or cannot be used so (`line_id`, `state`, `reason`). Nothing has changed."""


class VoucherNotFoundError(NotFoundError):
    """No such voucher, or not yours."""


class VoucherRefusedError(ConflictError):
    """The code cannot be used for this order (`code`, `problem`: a `VoucherProblem`). Nothing has changed."""


class InvalidVoucherError(InvalidError):
    """A voucher cannot be made so (`field`, `reason`)."""


class InvalidTermsError(InvalidError):
    """A producer's terms of delivery, what goods need on the way, or a point cannot be kept so (`field`, `reason`)."""


class InvalidRatesError(InvalidError):
    """A table of fees cannot be used. faults: `RateFault` records. Nothing has changed."""


class PointNotFoundError(NotFoundError):
    """No such point of collection."""


class ShipmentNotFoundError(NotFoundError):
    """No such parcel, or not yours."""


class ShipmentStateError(ConflictError):
    """The parcel is not in a state for that (`order`, `reason`). Nothing has changed."""


class InvalidShipmentError(InvalidError):
    """A number or an event of a parcel cannot be kept so (`field`, `reason`). Nothing has changed."""


class RemittanceError(InvalidError):
    """A carrier's list cannot be read (`reason`). Nothing has changed."""


class BundleNotFoundError(NotFoundError):
    """No such hamper, or not yours."""


class InvalidBundleError(InvalidError):
    """A hamper cannot be made so (`field`, `reason`)."""


class OrderNotPaidError(ConflictError):
    """The money of the order (`order`, `payment`) is waited for still. Nothing has changed."""


class RecalledGoodsError(ConflictError):
    """Goods that are being recalled are in the parcel (`order`, `recall_ids`). Nothing has changed."""


class BookedAmountError(ConflictError):
    """A carrier was booked to collect another sum (`order`, `booked_vnd`, `due_vnd`). Nothing has changed."""


class ComplaintNotFoundError(NotFoundError):
    """No such complaint."""


class ComplaintStateError(ConflictError):
    """Somebody saw to the complaint already (`state`). Nothing has changed."""


class CodeRefusedError(ConflictError):
    """A code cannot go into a parcel, or come out of it. code, reason, and product, left, wanted where they say why.

    reason: `unknown`, `lot_code`, `withdrawn`, `display`, `opened`, `recalled`, `past_date`, `bound`, `sold`,
    `other_goods`, `full`, `too_few`, `not_here`, `too_many`.
    """
