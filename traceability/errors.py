"""What can go wrong with lots, stamps and recalls.

Each error is one of four kinds (`core.errors`) and carries facts; edges turn facts into sentences. `reason` is a
short fixed word that tells refusals of one kind apart.
"""

from core.errors import AppError, ConflictError, ForbiddenError, InvalidError, NotFoundError


class LotNotFoundError(NotFoundError):
    """No lot of that `name` (product-slug/lot-code, or its number)."""


class StampNotFoundError(NotFoundError):
    """No stamp was issued with that `code`."""


class StampRunNotFoundError(NotFoundError):
    """No run of stamps with that `run_id`."""


class RecallNotFoundError(NotFoundError):
    """The lot has no open recall, or the recall was closed before. lot_id, recall_id."""


class OfficeRecallError(ForbiddenError):
    """A producer cannot close what others than its own people opened. recall_id."""


class InvalidRecallError(InvalidError):
    """These goods cannot be recalled together. field, value, reason (`lot`, `range`, `units`)."""


class LinkNotFoundError(NotFoundError):
    """The address names goods that are not known here. gtin, lot (None where it names none)."""


class LinkTypeNotFoundError(NotFoundError):
    """The goods, lot or stamp of an address have no link of that `link_type`."""


class InvalidLotError(InvalidError):
    """A lot cannot be opened. field, value, reason (`service`, `code`, `quantity`, `dates`, `variant`)."""


class LotCodeTakenError(ConflictError):
    """The product has a lot of that code already. product_slug, code, lot_id."""


class InvalidTraceEventError(InvalidError):
    """An event cannot be recorded. field, value, reason (`future`, `too_old`, `step`, `area`, `input`, `quantity`,
    `unit`, `circle`, `too_many`, `key`)."""


class EventNotFoundError(NotFoundError):
    """The lot has no event of that number. event_id."""


class EpcisEventNotFoundError(NotFoundError):
    """No event that everybody may read has that identity. event_id."""


class CaptureNotFoundError(NotFoundError):
    """The producer handed in no document of that name. capture_id."""


class InvalidEventsError(InvalidError):
    """Events that were handed in cannot be taken. faults: of `traceability.epcis.field_rules.Fault`."""


class NamedQueryNotFoundError(NotFoundError):
    """No query is kept under that name, or none of that producer. name."""


class NamedQueryTakenError(ConflictError):
    """A query is kept under that name, or the producer keeps as many as it may. name, most."""


class EventKnownError(ConflictError):
    """The event is on record already. event_id."""


class EventDeclaredError(ConflictError):
    """The event was declared to be wrong before. event_id."""


class AreaNotFoundError(NotFoundError):
    """The producer has no area of that number. area_id."""


class InvalidAreaError(InvalidError):
    """An area cannot be recorded. field, value, reason (`commune`, `cell`, `code`, `too_many`, `key`)."""


class PhotoNotFoundError(NotFoundError):
    """No event shows that photograph. key or photo_id."""


class InvalidStampRunError(InvalidError):
    """Stamps cannot be issued as asked. field, value, reason (`count`, `one_lot_code`, `gtin`, `raw`)."""


class TooManyStampsError(ConflictError):
    """More unit codes than the lot has packs, spoilage included. lot_id, quantity, limit, issued, wanted."""


class LotRecalledError(ConflictError):
    """The lot is being recalled: nothing more is issued for it, and no second recall is opened. lot_id, recall_id.

    lot_id: None where the whole product is.
    """


class StampWithdrawnError(ConflictError):
    """The stamp was withdrawn before. code, withdrawn_at."""


class InvalidStampRangeError(InvalidError):
    """The run has no stamps of these numbers. run_id, first, last, stamp_count."""


class StampsBoundError(ConflictError):
    """Stamps of the range are on goods of orders. run_id, count."""


class StampBoundError(ConflictError):
    """The code is on a pack of an order already. code, is_same_line, is_shipped."""


class StampNotBoundError(ConflictError):
    """The code is on no pack of this order that could still be taken off. code."""


class InvalidTextError(InvalidError):
    """Words that a page must tell are missing or too long. field, limit, reason (`missing`, `again`, `too_long`)."""


class InvalidSheetError(InvalidError):
    """A sheet of labels cannot be made. field, value.

    reason: `layout`, `copies`, `position` with `last`, `no_position`, `offset` with `limit`, `scale`,
    `dots_per_inch`, `printer`, `length`, `number`, `qr_too_large`, `sealed_too_large`, `no_stamps`.
    """


class SealingNotOfferedError(ConflictError):
    """Seals cannot be made: no key is in force, this process may not read the run's, or its seals are past.

    reason (`no_key`, `no_file`, `revoked`, `over`), kid.
    """


class InvalidSealKeyError(InvalidError):
    """A key of seals cannot be handled as asked. value, reason (`kid`, `days`, `root`, `file`, `empty`)."""


class PackNotFoundError(NotFoundError):
    """No list of codes of that name was made. name."""


class InvalidPackError(InvalidError):
    """A list of codes cannot be planned as asked. name, reason (`name`, `lots`)."""


class CouldNotCheckError(AppError):
    """The database could not be asked. This says nothing about the goods, and no page may read as if it did."""


class TooManyUnknownError(AppError):
    """One network asked for too many codes that are not known. wait_seconds: until it may ask again."""
