"""What settlement refuses. Each error carries its facts; pages turn them into sentences."""

from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class PayoutNotFoundError(NotFoundError):
    """No such payout, run of payouts, rule or statement, or not yours."""


class PayoutStateError(ConflictError):
    """The run, payout or rule is not in a state in which that may be done (`present`). Nothing has changed."""


class OwnRuleError(ForbiddenError):
    """Nobody releases, or checks, what is their own."""


class InvalidRuleError(InvalidError):
    """A field of a rule, profile or payout cannot be used (`field`, `reason`). Nothing has changed."""


class InvalidAccountError(InvalidError):
    """A field of a bank account cannot be used (`field`, `reason`). Nothing has changed."""


class FactorNeededError(ForbiddenError):
    """Who changes where money goes must have switched the second factor on."""


class NamingWaitsError(ConflictError):
    """The second factor of who names an account, or the place in the team, is too new. `until`: an instant."""
