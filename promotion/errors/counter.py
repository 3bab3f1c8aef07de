"""What fair mode refuses."""

from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class BoothNotFoundError(NotFoundError):
    """No such booth, telephone, item or day end, or not yours."""


class BoothClosedError(ConflictError):
    """Nothing is sold at this booth (`reason`: not_confirmed, cancelled, over). Nothing has changed."""


class BoothChangedError(ConflictError):
    """Packs were carried to the booth (`booth_id`) since the page was made. Nothing has changed."""


class InvalidBoothError(InvalidError):
    """What was typed or sent cannot be used (`field`, `reason`). Nothing has changed."""


class TakenOverError(ForbiddenError):
    """Another telephone sells at this booth now (`name`). This one may still send what it sold."""


class DecidedError(ConflictError):
    """The item was decided on already (`item_id`). Nothing has changed."""
