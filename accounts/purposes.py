"""For what a person may consent, and which text holds today. Pure.

Each purpose stands alone and is never given by default. Source: Law 91/2025/QH15, article 9 (consent is voluntary,
for each purpose, and silence is none); Decree 356/2025/NĐ-CP (no consent by default).
"""

from dataclasses import dataclass
from typing import Final

from core.i18n import LazyText
from core.i18n import lazy_gettext as _

TERMS: Final = "terms"
MARKETING: Final = "marketing"
PRODUCER_DECLARATIONS: Final = "producer_declarations"
ASSISTANCE: Final = "assistance"


@dataclass(frozen=True, slots=True)
class Purpose:
    """version: of the text, the day from which it holds. is_needed: an account cannot be without it.

    is_offered: a person may give it on the page of consents; others are given where they are asked for.
    """

    key: str
    version: str
    title: LazyText
    text: LazyText
    is_needed: bool = False
    is_offered: bool = False


PURPOSES: Final[dict[str, Purpose]] = {
    each.key: each
    for each in (
        Purpose(
            TERMS,
            "2026-11",
            _("Keeping your account"),
            _(
                "Your telephone number or e-mail address and your name are kept so that you can sign in, and what you"
                " do with your account is kept so that it works. An account cannot be without this."
            ),
            is_needed=True,
        ),
        Purpose(
            MARKETING,
            "2026-11",
            _("News and offers"),
            _("The market may write to you about fairs, seasons and offers, at most twice a month."),
            is_offered=True,
        ),
        Purpose(
            PRODUCER_DECLARATIONS,
            "2026-11",
            _("What a producer declares about people"),
            _(
                "Whether a producer is led by women or by members of an ethnic minority, and similar facts, are counted"
                " for the targets of the programme. Only sums are shown, never one producer."
            ),
        ),
        Purpose(
            ASSISTANCE,
            "2026-11",
            _("Help from an officer"),
            _("An officer whom you named may fill in forms for your producer. Each act is recorded."),
        ),
    )
}
