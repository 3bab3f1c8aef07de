"""What is written to people about their account, in their language: subject, text and the values of registered texts.

Short, because most of it goes out as SMS; never a link, so that nobody learns to follow one in a message.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from core.i18n import gettext as _
from core.i18n import speaking

CODE_KIND: Final = "accounts.code"
NOTICE_KIND: Final = "accounts.notice"
CODE_MINUTES: Final = 10


@dataclass(frozen=True, slots=True)
class Wording:
    """A message in words."""

    kind: str
    subject: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict)


def code_wording(code: str, language: str) -> Wording:
    """The message that carries a one-time code."""
    with speaking(language):
        return Wording(
            CODE_KIND,
            _("Your code for Chợ OCOP"),
            _(
                "%(code)s is your code for Chợ OCOP. It holds for %(minutes)s minutes. Tell it to nobody: we never ask"
                " for it by telephone.",
                code=code,
                minutes=CODE_MINUTES,
            ),
            {"otp": code},
        )


def notice_wording(notice: str, language: str, **facts: str) -> Wording:
    """The message that tells a person of a change to the account. notice: a key of `_notices`."""
    with speaking(language):
        advice = _("If this was not you, sign in, change your password and sign out everywhere else.")
        return Wording(NOTICE_KIND, _("Chợ OCOP: your account"), f"{_notices(facts)[notice]} {advice}")


def _notices(facts: Mapping[str, str]) -> dict[str, str]:
    return {
        "new_device": _(
            "Your account was signed in to on a new device: %(device)s.",
            device=facts.get("device") or _("unknown"),
        ),
        "password": _("The password of your account was changed."),
        "phone": _("The telephone number of your account was changed."),
        "email": _("The e-mail address of your account was changed."),
        "second_factor_on": _("Two-step sign-in was switched on for your account."),
        "second_factor_off": _("Two-step sign-in was switched off for your account."),
        "recovery_codes": _("New recovery codes were made for your account; the old ones no longer work."),
        "recovery_code_used": _("A recovery code of your account was used."),
    }
