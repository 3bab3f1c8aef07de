"""What points of sale, links to stalls and files of sales elsewhere refuse."""

from core.errors import ConflictError, InvalidError, NotFoundError


class PointNotFoundError(NotFoundError):
    """No such point of sale (`slug` or `point_id`), or not yours to keep."""


class InvalidHoursError(InvalidError):
    """Hours of a day cannot be read (`day` 0 is Monday, `reason`: form, order or overlap)."""


class InvalidPointError(InvalidError):
    """A field of a point of sale cannot be used (`field`, `reason`). Nothing has changed."""


class InvalidStallError(InvalidError):
    """A link to a stall elsewhere cannot be used (`reason`: platform, address or host). Nothing has changed."""


class StallNotFoundError(NotFoundError):
    """No such link to a stall (`stall_id`), or not yours."""


class SaleFileNotFoundError(NotFoundError):
    """No such file of sales (`import_id`), or not yours."""


class SaleFileError(ConflictError):
    """The file was not applied (`reason`: faults, known or short; `faults`: by line). Nothing has changed."""
