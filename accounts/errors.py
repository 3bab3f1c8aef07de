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
    """A role cannot be given or ended in this way. reason: `to_oneself`, `held_already`, `kept_apart`,
    `last_administrator`, `unknown_area` or `reason_missing`."""


class TooManyTriesError(ForbiddenError):
    """Too many wrong passwords or codes of late. `wait`: a timedelta, after which one more may be tried."""


class TooManyCodesError(ForbiddenError):
    """No further code is sent now. `wait`: a timedelta. `reason`: `number` (that one was sent enough), `network` or
    `all`."""


class ChannelOffError(ConflictError):
    """No message can be sent this way here. `kind`: phone or email."""


class StepGoneError(ConflictError):
    """What was proved is too old, was used already, or was proved by another browser."""


class WeakPasswordError(InvalidError):
    """This password is not taken. `reason`: `too_short`, `too_long` or `common`."""


class ContactTakenError(ConflictError):
    """The number or address belongs to another account. `kind`: phone or email."""


class SecondFactorNeededError(ConflictError):
    """Officers, organisers and administrators cannot do without the second step."""


class EnrolmentGoneError(ConflictError):
    """No authenticator app is being set up: it took too long, or the password or a role was changed meanwhile."""


class InvalidKeyError(InvalidError):
    """A key cannot be made so. field: name, scopes or expires_on; reason: missing, too_long or past."""


class TooManyKeysError(ConflictError):
    """The producer has as many keys as it may. most: how many that is."""


class KeyNotFoundError(NotFoundError):
    """The producer has no key with this `key_id`."""


class ScopeMissingError(ForbiddenError):
    """The key is valid but does not open this. scope: what it would need."""


class KeyReusedError(ConflictError):
    """The `idempotency_key` stood for another request within the last day; nothing was done."""
