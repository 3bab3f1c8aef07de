"""Sentences for what the register says: refusals, findings of an import, faults of a file."""

from collections.abc import Mapping
from typing import Final

from catalog.errors import AlreadyRevokedError, ContradictingRecordError, RegisterFileError
from catalog.facts import Refusal
from catalog.register.own_layout import HEADINGS
from catalog.register.rows import Finding, Level, RowMessage
from catalog.spreadsheets import FileFault
from core.errors import AppError, NotFoundError
from core.i18n import LazyText, current_language, gettext, lazy_gettext

REFUSALS: Final[dict[Refusal, LazyText]] = {
    Refusal.MISSING: lazy_gettext("is missing"),
    Refusal.TOO_LONG: lazy_gettext("is too long"),
    Refusal.UNKNOWN_CHOICE: lazy_gettext("is none of the known values"),
    Refusal.NOT_A_NUMBER: lazy_gettext("is not a number"),
    Refusal.NOT_A_DATE: lazy_gettext("is not a date (day/month/year or year-month-day)"),
    Refusal.OUT_OF_RANGE: lazy_gettext("is outside the range that is possible"),
    Refusal.IN_THE_FUTURE: lazy_gettext("lies in the future"),
    Refusal.BEFORE_DECISION: lazy_gettext("lies before the day it follows"),
    Refusal.AFTER_LEGAL_TERM: lazy_gettext("is later than 36 months after the decision, the term of the law"),
    Refusal.NOT_THE_LEGAL_TERM: lazy_gettext("is not the day 36 months after the decision"),
    Refusal.AUTHORITY_NOT_ALLOWED: lazy_gettext("could not give these stars on that day"),
    Refusal.CLAIM_ONLY: lazy_gettext("is a claim of the holder: no recognition is recorded from it"),
    Refusal.NO_EVIDENCE: lazy_gettext("is missing: a recognition rests on a document or a publication"),
    Refusal.WRONG_CHECK_DIGIT: lazy_gettext("has a wrong check digit"),
    Refusal.RESERVED_NUMBER: lazy_gettext("is a number for use inside one company only"),
    Refusal.NOT_A_PHONE: lazy_gettext("is not a telephone number of Vietnam"),
    Refusal.BEFORE_WINDOW: lazy_gettext("lies more than 180 days before the last day: too early to renew"),
    Refusal.AFTER_EXPIRY: lazy_gettext("lies after the last day: too late to renew"),
    Refusal.NOT_RENEWABLE: lazy_gettext("cannot be renewed: it is withdrawn or has no last day"),
    Refusal.WRONG_KIND_OF_FILE: lazy_gettext("is not a PDF, JPEG or PNG file"),
    Refusal.NOT_A_CANDIDATE: lazy_gettext("is no commune of today in that province"),
    Refusal.SERVICE_HAS_NO_STOCK: lazy_gettext("is not zero: a service has no stock"),
    Refusal.BELOW_RESERVED: lazy_gettext("is less than what orders hold"),
    Refusal.UNKNOWN_FIELD: lazy_gettext("is not known here"),
    Refusal.NOT_TEXT: lazy_gettext("must be a text"),
    Refusal.RECORDED: lazy_gettext("stays as it is: the register speaks of this product"),
    Refusal.TAKEN: lazy_gettext("belongs to another pack"),
    Refusal.TOO_CHEAP: lazy_gettext("is less than 500 đồng"),
    Refusal.NOT_YOUR_RANK: lazy_gettext(
        "is not yours to decide: 3 and 4 stars are a province's, 5 the ministry's"
    ),
    Refusal.OWN_PRODUCER: lazy_gettext("is of a producer that you work for"),
    Refusal.REPEATED: lazy_gettext("is there twice"),
    Refusal.CONTRADICTION: lazy_gettext("contradicts what is on record"),
    Refusal.ALREADY_REVOKED: lazy_gettext("is withdrawn already"),
    Refusal.NOT_FOUND: lazy_gettext("is not in the register of your area"),
    Refusal.NOT_CHOSEN: lazy_gettext("may be several: one has to be chosen"),
}

FINDINGS: Final[dict[Finding, LazyText]] = {
    Finding.CLAIM_NOT_RECORDED: lazy_gettext("stars are the seller's claim: not recorded"),
    Finding.DECISION_NOT_RECORDED: lazy_gettext("the source is no evidence of this decision: not recorded"),
    Finding.STARS_IN_TEXT: lazy_gettext("the text speaks of %(detail)s stars: not recorded"),
    Finding.STARS_UNCLEAR: lazy_gettext("the stars are unclear (%(detail)s): nothing is guessed"),
    Finding.INCOMPLETE_RECOGNITION: lazy_gettext("not stated: %(detail)s. Kept as incomplete, shows no star"),
    Finding.EXPIRY_BY_LAW: lazy_gettext("last day counted by law, 36 months: %(value)s"),
    Finding.GROUP_UNKNOWN: lazy_gettext("no group of that name: kept as stated, without a group"),
    Finding.PROVINCE_UNKNOWN: lazy_gettext("no province of that name: kept as stated"),
    Finding.PLACE_UNKNOWN: lazy_gettext(
        "no such commune or district: kept as stated, without today's commune"
    ),
    Finding.PLACE_AMBIGUOUS: lazy_gettext("may be any of today's %(detail)s: none is chosen"),
    Finding.PLACE_OUTSIDE_TABLE: lazy_gettext(
        "the source says so; the table of communes derives another one from %(detail)s"
    ),
    Finding.ORIGIN_NOT_RECORDED: lazy_gettext("an origin without province is no address: not recorded"),
    Finding.SELLER_NOT_PRODUCER: lazy_gettext("a seller's account, perhaps not the producer: not recorded"),
    Finding.PRODUCER_NOT_STATED: lazy_gettext("the source names no producer"),
    Finding.TEXT_CLEANED: lazy_gettext("spelling of the characters mended, nothing else"),
    Finding.LOOKS_LIKE_FORMULA: lazy_gettext("begins like a formula: kept as plain text"),
    Finding.REPEATED_PRODUCT: lazy_gettext("the same product as line %(detail)s: recorded once"),
    Finding.OTHER_PRICE: lazy_gettext("on record with another price, %(detail)s: not changed"),
    Finding.TOO_MANY_CELLS: lazy_gettext(
        "%(value)s cells where the header has %(detail)s: the row is shifted"
    ),
    Finding.UNKNOWN_COLUMN: lazy_gettext("no column of this layout: not read"),
    Finding.CONTRADICTION: lazy_gettext("contradicts what is recorded: %(detail)s"),
}

FILE_FAULTS: Final[dict[FileFault, LazyText]] = {
    FileFault.EMPTY: lazy_gettext("The file holds no table."),
    FileFault.TOO_BIG: lazy_gettext("The file is too big: at most 30 MB, unpacked as well."),
    FileFault.TOO_MANY_ROWS: lazy_gettext("The file has more than 25,000 rows."),
    FileFault.TOO_MANY_COLUMNS: lazy_gettext("The file has more than 100 columns."),
    FileFault.PACKED_TOO_TIGHT: lazy_gettext("The file is packed more than 100 to 1, as no table is."),
    FileFault.DAMAGED: lazy_gettext("The file is damaged."),
    FileFault.NOT_A_TABLE: lazy_gettext("The file is neither CSV nor XLSX."),
    FileFault.OLD_EXCEL: lazy_gettext("The file is of an old Excel (.xls): save it as .xlsx."),
    FileFault.UNKNOWN_ENCODING: lazy_gettext("The encoding is not known: save the file as CSV UTF-8."),
    FileFault.UNKNOWN_LAYOUT: lazy_gettext(
        "The columns are of no known layout; `flask catalog register-template` writes an empty one."
    ),
    FileFault.REPEATED_COLUMN: lazy_gettext("A column is there twice."),
}

TABLES: Final[dict[str, LazyText]] = {
    "source": lazy_gettext("sources"),
    "place": lazy_gettext("addresses"),
    "producer": lazy_gettext("producers"),
    "product": lazy_gettext("products"),
    "variant": lazy_gettext("packs"),
    "certification": lazy_gettext("recognitions"),
}

LEVELS: Final[dict[Level, LazyText]] = {
    Level.ERROR: lazy_gettext("error"),
    Level.WARNING: lazy_gettext("warning"),
    Level.NOTE: lazy_gettext("note"),
}


def message_sentence(message: RowMessage) -> str:
    """«Line 225 · warning · decision «2347/QĐ-UBND»: the source is no evidence …»"""
    code = message.code
    said = FINDINGS[code] if isinstance(code, Finding) else REFUSALS[code]
    detail = message.detail or message.value
    if code is Finding.INCOMPLETE_RECOGNITION:
        detail = ", ".join(column_label(column) for column in detail.split(", "))
    text = gettext(said.message, value=message.value, detail=detail)
    place = gettext("Line %(line)s", line=message.line)
    stated = f" «{message.value}»" if message.value else ""
    return f"{place} · {LEVELS[message.level]} · {column_label(message.field)}{stated}: {text}"


def column_label(column: str) -> str:
    """The heading of a column of our layout in Vietnamese, its name in English and of other layouts."""
    return column if current_language() == "en" else HEADINGS.get(column, column)


def added_sentence(added: Mapping[str, int]) -> str:
    """«88 products, 96 recognitions»; «nothing new»."""
    counts = (f"{count} {TABLES[table]}" for table, count in added.items())
    return ", ".join(counts) or gettext("nothing new")


def refusal_sentence(error: AppError) -> str:
    """One line for a person who typed a command."""
    facts = error.facts
    if isinstance(error, RegisterFileError):
        return str(FILE_FAULTS[FileFault(str(facts["reason"]))])
    if isinstance(error, ContradictingRecordError):
        return gettext(
            "%(field)s «%(stated)s» contradicts what is recorded: %(recorded)s",
            field=facts["field"],
            stated=facts["stated"],
            recorded=facts["recorded"],
        )
    if isinstance(error, AlreadyRevokedError):
        return gettext("Withdrawn before, on %(day)s, by another decision.", day=facts["revoked_on"])
    if isinstance(error, NotFoundError):
        named = ", ".join(str(value) for value in facts.values() if value)
        return gettext("Nothing on record under: %(named)s", named=named)
    said = REFUSALS[Refusal(str(facts["reason"]))]
    return f"{facts['field']} «{facts['value']}»: {said}"
