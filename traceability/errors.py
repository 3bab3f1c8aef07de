"""What can go wrong with lots, stamps and recalls.

Each error is one of four kinds (`core.errors`) and carries facts; edges turn facts into sentences. `reason` is a
short fixed word that tells refusals of one kind apart.
"""

from core.errors import AppError, ConflictError, InvalidError, NotFoundError


class LotNotFoundError(NotFoundError):
    """No lot of that `name` (product-slug/lot-code, or its number)."""


class StampNotFoundError(NotFoundError):
    """No stamp was issued with that `code`."""


class StampRunNotFoundError(NotFoundError):
    """No run of stamps with that `run_id`."""


class RecallNotFoundError(NotFoundError):
    """The lot has no open recall. lot_id."""


class LinkNotFoundError(NotFoundError):
    """The address names goods that are not known here. gtin, lot (None where it names none)."""


class InvalidLotError(InvalidError):
    """A lot cannot be opened. field, value, reason (`service`, `code`, `quantity`, `dates`)."""


class LotCodeTakenError(ConflictError):
    """The product has a lot of that code already. product_slug, code, lot_id."""


class InvalidTraceEventError(InvalidError):
    """An event cannot be recorded. field, value, reason (`future`, `step`)."""


class InvalidStampRunError(InvalidError):
    """Stamps cannot be issued as asked. field, value, reason (`count`, `one_lot_code`, `gtin`)."""


class TooManyStampsError(ConflictError):
    """More unit codes than the lot has packs, spoilage included. lot_id, quantity, limit, issued, wanted."""


class LotRecalledError(ConflictError):
    """The lot is being recalled: nothing more is issued for it, and no second recall is opened. lot_id, recall_id."""


class StampWithdrawnError(ConflictError):
    """The stamp was withdrawn before. code, withdrawn_at."""


class InvalidTextError(InvalidError):
    """Words that a page must tell are missing or too long. field, limit, reason (`missing`, `too_long`)."""


class InvalidSheetError(InvalidError):
    """A sheet of labels cannot be made. field, value, reason (`position` with `last`, `qr_too_large`, `no_stamps`)."""


class CouldNotCheckError(AppError):
    """The database could not be asked. This says nothing about the goods, and no page may read as if it did."""


class TooManyUnknownError(AppError):
    """One network asked for too many codes that are not known. wait_seconds: until it may ask again."""
