"""What is written to buyers of goods that are recalled: short, because most of it goes out as SMS. Pure words.

No link stands in an SMS (see `news_words`): the words on the pack and the telephone number are what counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.i18n import gettext as _

CODES_TOLD: Final = 3
WORDS_MAX: Final = 160
"""Of reason and instruction; all of it stands on the page of the stamp and of the order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallNews:
    """A recall as one buyer hears of it. lots: none where it may be any. order_codes: the buyer's parcels with these
    goods. is_certain: False where it is not known whether a pack of these parcels is one of those recalled.
    """

    product: str
    lots: Sequence[str]
    reason: str
    instruction: str
    contact: str
    order_codes: Sequence[str]
    is_certain: bool
    host: str


def recall_wording(news: RecallNews) -> tuple[str, str]:
    """Subject and text in the language spoken now."""
    told = _(
        "RECALL: %(product)s, lot %(lots)s, in your order %(orders)s.",
        product=news.product,
        lots=_listed(news.lots) or _("any"),
        orders=_listed(news.order_codes),
    )
    if not news.is_certain:
        told += " " + _("Perhaps not your pack: scan its stamp to see.")
    parts = (
        told,
        _("Why: %(reason)s", reason=_cut(news.reason)),
        _("What to do: %(instruction)s", instruction=_cut(news.instruction)),
        _("Ask: %(contact)s", contact=news.contact),
        _("More on %(host)s, «Orders».", host=news.host),
    )
    return _("Chợ OCOP: goods you bought are being recalled"), " ".join(parts)


def _listed(codes: Sequence[str]) -> str:
    shown = ", ".join(codes[:CODES_TOLD])
    more = len(codes) - CODES_TOLD
    return _("%(codes)s and %(count)s more", codes=shown, count=more) if more > 0 else shown


def _cut(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= WORDS_MAX else f"{line[: WORDS_MAX - 1].rstrip()}…"
