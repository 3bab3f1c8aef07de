"""Refusals about stamps as sentences for whoever reads a page: what was wrong, and what to do."""

from datetime import date
from typing import Final

from core.errors import AppError
from core.i18n import LazyText, format_date, format_number, gettext
from core.i18n import lazy_gettext as _
from traceability import errors

# By kind of error and, where it has one, the word that tells its refusals apart. %(…)s are the facts of the error.
_SENTENCES: Final[dict[tuple[type[AppError], object], LazyText]] = {
    (errors.InvalidStampRunError, "count"): _("Write how many stamps you need, at least 1."),
    (errors.InvalidStampRunError, "one_lot_code"): _("A lot has one code for all its packs: issue 1."),
    (errors.InvalidStampRunError, "raw"): _("This is a lot of raw material: stamps are for goods."),
    (errors.TooManyStampsError, None): _(
        "The lot has %(quantity)s packs, which allows %(limit)s stamps with spoilage. %(issued)s were issued before, "
        "so %(wanted)s more are too many."
    ),
    (errors.LotRecalledError, None): _("The goods are being recalled: no stamps are issued meanwhile."),
    (errors.InvalidStampRangeError, None): _("The stamps of this run have the numbers 1 to %(stamp_count)s."),
    (errors.StampsBoundError, None): _(
        "%(count)s of these stamps are on goods of orders already. Recall these goods instead."
    ),
    (errors.StampNotFoundError, None): _("This is no stamp of this run: %(code)s"),
    (errors.SealingNotOfferedError, "no_key"): _(
        "Signed stamps are not offered today. Order them without a signature."
    ),
    (errors.SealingNotOfferedError, "no_file"): _(
        "The key that signs these stamps is not at hand here. Tell the operator of the market."
    ),
    (errors.SealingNotOfferedError, "revoked"): _(
        "The key that signs these stamps was revoked: a signature of it proves nothing. Print them without a signature."
    ),
    (errors.SealingNotOfferedError, "over"): _(
        "The time of the signatures of these stamps is over. Print them without a signature."
    ),
    (errors.InvalidTextError, "again"): _(
        "Labels of these stamps were made before. Write why they are needed again."
    ),
    (errors.InvalidTextError, "missing"): _("Write the reason in a few words."),
    (errors.InvalidTextError, "too_long"): _("Please use at most %(limit)s characters."),
    (errors.InvalidSheetError, "position"): _("A sheet has positions 1 to %(last)s; %(value)s is none."),
    (errors.InvalidSheetError, "no_position"): _("No label of the first sheet is left to print on."),
    (errors.InvalidSheetError, "layout"): _("Choose one of the kinds of labels."),
    (errors.InvalidSheetError, "qr_too_large"): _(
        "The QR of so long an address does not fit on this label: choose a larger one."
    ),
    (errors.InvalidSheetError, "sealed_too_large"): _(
        "A signed stamp needs a larger label than this: choose one of 40 x 30 mm or more."
    ),
    (errors.InvalidSheetError, "number"): _("Places and numbers of labels are written in digits."),
    (errors.InvalidSheetError, "length"): _("Write lengths in millimetres, as in 19,5."),
    (errors.InvalidSheetError, "printer"): _("Printers that take ZPL or TSPL print rolls: choose a roll."),
    (errors.InvalidSheetError, "offset"): _(
        "The printer is more than %(limit)s mm off: let it print at 100 %%, not fitted to the page."
    ),
    (errors.InvalidSheetError, "scale"): _(
        "The printer changes sizes too much: let it print at 100 %%, not fitted to the page."
    ),
    (errors.InvalidSheetError, "no_stamps"): _("There is no stamp to print: all of these were withdrawn."),
}


def refusal_sentence(error: AppError) -> str:
    """`error` as a sentence in the present language."""
    sentence = _SENTENCES.get((type(error), error.facts.get("reason"))) or _(
        "This could not be done. Nothing was changed."
    )
    return gettext(sentence.message, **{name: _shown(value) for name, value in error.facts.items()})


def _shown(value: object) -> object:
    if isinstance(value, date):
        return format_date(value)
    return format_number(value) if isinstance(value, int) and not isinstance(value, bool) else value
