"""Refusals as one sentence for whoever typed the command: what was wrong, and what to do."""

from datetime import date
from typing import Final

from core.errors import AppError
from core.i18n import LazyText, format_date, gettext
from core.i18n import lazy_gettext as _
from traceability import errors

# By kind of error and, where it has one, the word that tells its refusals apart. %(…)s are the facts of the error.
_SENTENCES: Final[dict[tuple[type[AppError], object], LazyText]] = {
    (errors.LotNotFoundError, None): _(
        "There is no lot «%(name)s». Write product-slug/lot-code or the lot's number; "
        "`flask traceability lots` lists them."
    ),
    (errors.StampNotFoundError, None): _("No stamp was issued with the code %(code)s."),
    (errors.StampRunNotFoundError, None): _("There is no run of stamps with the number %(run_id)s."),
    (errors.RecallNotFoundError, None): _("No recall of this lot is open."),
    (errors.InvalidLotError, "service"): _("«%(value)s» is a service: it has no lots and no stamps."),
    (errors.InvalidLotError, "code"): _(
        "The lot code %(value)s cannot be printed: use 1 to 20 letters without marks, digits, dots, hyphens "
        "or underscores."
    ),
    (errors.InvalidLotError, "quantity"): _("A lot has at least 1 pack, not %(value)s."),
    (errors.InvalidLotError, "dates"): _("The best-before date %(value)s is before the day of production."),
    (errors.LotCodeTakenError, None): _("«%(product_slug)s» has a lot %(code)s already (number %(lot_id)s)."),
    (errors.InvalidTraceEventError, "future"): _(
        "%(value)s lies in the future: only what has happened is recorded."
    ),
    (errors.InvalidTraceEventError, "too_old"): _("%(value)s is more than ten years ago: look at the year."),
    (errors.InvalidStampRunError, "count"): _("At least 1 stamp must be issued, not %(value)s."),
    (errors.InvalidStampRunError, "one_lot_code"): _("A lot has one code for all its packs: issue 1."),
    (errors.InvalidStampRunError, "gtin"): _("%(value)s is no GTIN of this product."),
    (errors.TooManyStampsError, None): _(
        "The lot has %(quantity)s packs, which allows %(limit)s unit codes with spoilage; %(issued)s were issued "
        "before, so %(wanted)s more are too many."
    ),
    (errors.LotRecalledError, None): _(
        "The lot is being recalled (recall %(recall_id)s): close the recall first."
    ),
    (errors.StampWithdrawnError, None): _("The stamp %(code)s was withdrawn on %(withdrawn_at)s already."),
    (errors.InvalidStampRunError, "raw"): _("%(value)s is a lot of raw material: stamps are for goods."),
    (errors.InvalidStampRangeError, None): _(
        "Run %(run_id)s has stamps 1 to %(stamp_count)s: %(first)s to %(last)s are none of it."
    ),
    (errors.StampsBoundError, None): _(
        "%(count)s of these stamps are on goods of orders: recall the goods instead."
    ),
    (errors.SealingNotOfferedError, "no_key"): _(
        "No published key is in force: stamps cannot be sealed today."
    ),
    (errors.SealingNotOfferedError, "no_file"): _("The private key %(kid)s is not in STAMP_KEYS_DIR."),
    (errors.SealingNotOfferedError, "revoked"): _(
        "The key %(kid)s of this run was revoked: its seals prove nothing. Print with --without-seal."
    ),
    (errors.SealingNotOfferedError, "over"): _(
        "The time of the seals of this run (key %(kid)s) is over. Print with --without-seal."
    ),
    (errors.InvalidSealKeyError, "kid"): _("There is no key %(value)s to do that with."),
    (errors.InvalidSealKeyError, "days"): _("The last day %(value)s is before the first."),
    (errors.InvalidSealKeyError, "root"): _("%(value)s holds no root key."),
    (errors.InvalidSealKeyError, "file"): _(
        "%(value)s cannot be written; a key that is there is never overwritten."
    ),
    (errors.InvalidSealKeyError, "empty"): _("There is no key yet: make one with `seal-keys add`."),
    (errors.InvalidTextError, "again"): _(
        "Labels of this run were made before: say with --%(field)s why they are needed again."
    ),
    (errors.InvalidTextError, "missing"): _("--%(field)s is missing."),
    (errors.InvalidTextError, "too_long"): _("--%(field)s is too long: at most %(limit)s characters."),
    (errors.InvalidSheetError, "position"): _("A sheet has positions 1 to %(last)s; %(value)s is none."),
    (errors.InvalidSheetError, "qr_too_large"): _(
        "The QR of so long an address does not fit on this label: choose a larger one or a shorter lot code."
    ),
    (errors.InvalidSheetError, "sealed_too_large"): _(
        "A sealed stamp does not fit on labels of %(value)s: choose 3x8, 4x10, 50x30 or 40x30."
    ),
    (errors.InvalidSheetError, "layout"): _("There are no labels named %(value)s."),
    (errors.InvalidSheetError, "copies"): _(
        "Each pack of this run has a code of its own, which stands on one label: --copies is for the code of a lot."
    ),
    (errors.InvalidSheetError, "no_position"): _("No position is left on the first sheet."),
    (errors.InvalidSheetError, "offset"): _(
        "The printer is more than %(limit)s mm off: let it print at 100 %%, not fitted to the page."
    ),
    (errors.InvalidSheetError, "scale"): _(
        "The printer changes sizes too much: let it print at 100 %%, not fitted to the page."
    ),
    (errors.InvalidSheetError, "dots_per_inch"): _("Printers of rolls have 203, 300 or 600 dots per inch."),
    (errors.InvalidSheetError, "no_stamps"): _("There is no stamp to print: all of the run were withdrawn."),
    (errors.CouldNotCheckError, None): _(
        "The database could not be asked: this is no conclusion about the stamp."
    ),
}


def refusal_sentence(error: AppError) -> str | None:
    """`error` as a sentence in the present language; None if it is not one of this package."""
    sentence = _SENTENCES.get((type(error), error.facts.get("reason")))
    if sentence is None:
        return None
    facts = {
        name: format_date(value) if isinstance(value, date) else value for name, value in error.facts.items()
    }
    return gettext(sentence.message, **facts)
