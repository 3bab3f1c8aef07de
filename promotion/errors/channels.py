"""What other shelves refuse."""

from core.errors import InvalidError, NotFoundError


class ChannelNotFoundError(NotFoundError):
    """There is no such shelf or file (`name`), or nobody's key is this one."""


class InvalidCategoryError(InvalidError):
    """What was typed is no category of a platform (`reason`: too_long). Nothing has changed."""
