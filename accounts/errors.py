"""What can go wrong with people and their accounts; facts only, templates make sentences of them."""

from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class NotSignedInError(ForbiddenError):
    """Nobody is signed in. Pages lead to the sign-in; `/api/` answers 401."""


class NotYoursError(NotFoundError):
    """There is such a thing, but not for this person: which is told to nobody."""


class UnknownPurposeError(InvalidError):
    """No consent of this `purpose` can be given or taken back in this way. version: of its text."""


class InvalidPersonalFactError(InvalidError):
    """A fact that a person stated cannot be stored. field: its name; reason: `missing`, `too_long`, `not_a_phone`,
    `unknown` or `ambiguous`. candidates: the communes that may be meant (`core.places.Commune`), if ambiguous."""


class AddressNotFoundError(NotFoundError):
    """The person has no address with this `address_id`."""


class TooManyAddressesError(ConflictError):
    """The person has as many addresses as are kept. most: how many that is."""


class ExportNotFoundError(NotFoundError):
    """The person has no archive with this `export_id` that can be fetched now."""


class TooManyExportsError(ConflictError):
    """The person asked for as many archives today as are made. most: how many that is."""


class ErasureBlockedError(ConflictError):
    """The person cannot be erased yet. producer_ids: which nobody else owns; has_office: whether a role is held."""


class UserNotFoundError(NotFoundError):
    """No account with this `user_id` that is not erased."""


class RoleConflictError(ConflictError):
    """A role cannot be given or ended in this way. reason: `to_oneself`, `held_already`, `last_administrator`,
    `unknown_area`, `no_second_factor` or `reason_missing`."""
