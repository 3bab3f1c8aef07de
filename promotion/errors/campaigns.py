"""What campaigns, collections, shared pictures and live sessions refuse."""

from core.errors import ConflictError, InvalidError, NotFoundError


class CampaignNotFoundError(NotFoundError):
    """No such campaign (`slug` or `campaign_id`), or not one of your office."""


class CampaignOverError(ConflictError):
    """The campaign (`slug`) takes nothing any more: it was ended or its last day has passed. Nothing has changed."""


class InvalidCampaignError(InvalidError):
    """What was typed makes no campaign (`field`, `reason`). Nothing has changed."""


class EntryNotFoundError(NotFoundError):
    """No such participation of goods in a campaign (`entry_id`), or not yours."""


class EntryStateError(ConflictError):
    """The participation is not in a state from which it may go there (`present`, `wanted`). Nothing has changed."""


class CollectionNotFoundError(NotFoundError):
    """No such collection (`slug` or `collection_id`), or not one of your office."""


class InvalidCollectionError(InvalidError):
    """What was typed makes no collection (`field`, `reason`). Nothing has changed."""


class ShareImageNotFoundError(NotFoundError):
    """There is no picture for sharing of this subject (`kind`, `slug`)."""


class RunSheetNotFoundError(NotFoundError):
    """No such live session (`slug` or `run_sheet_id`), or not yours."""


class InvalidRunSheetError(InvalidError):
    """What was typed makes no run sheet (`field`, `reason`). Nothing has changed."""
