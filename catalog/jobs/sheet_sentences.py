"""What a file of goods is told: each fault in one sentence that says what is wrong and what to write instead."""

from collections.abc import Mapping
from typing import Final

from catalog.facts import Refusal
from catalog.product_sheet.columns import BY_NAME, choices
from catalog.product_sheet.rows import SheetFault, SheetMessage
from catalog.spreadsheets import FileFault
from core.i18n import LazyText, current_language, format_number
from core.i18n import lazy_gettext as _

CELL_FAULTS: Final[Mapping[str, LazyText]] = {
    SheetFault.MISSING_COLUMN: _(
        "The column is missing. Take the file that you fetched here, with all its headings."
    ),
    SheetFault.REPEATED_COLUMN: _("The heading is there twice. Delete one of the two columns."),
    SheetFault.NOT_AN_ID: _(
        "«%(value)s» is no number of ours. Leave it as it was, or empty for something new."
    ),
    SheetFault.NOT_A_WHOLE_NUMBER: _("«%(value)s» is not a whole number. Write digits only, such as 125000."),
    SheetFault.UNKNOWN_GROUP: _("There is no group «%(value)s». Choose one: %(choices)s."),
    SheetFault.UNKNOWN_UNIT: _("There is no unit «%(value)s». Choose one: %(choices)s."),
    SheetFault.UNKNOWN_PRODUCT: _(
        "You have no product with the number %(value)s. Leave it empty for a new product."
    ),
    SheetFault.UNKNOWN_PACK: _(
        "This product has no pack with the number %(value)s. Leave it empty for a new pack."
    ),
    SheetFault.REPEATED_PACK: _("This pack stands in row %(detail)s already. Delete one of the two rows."),
    SheetFault.REPEATED_GTIN: _("This GTIN stands in row %(detail)s already. Each pack has its own."),
    SheetFault.OTHER_LINE: _(
        "Row %(detail)s says otherwise of the same product. Write the same in both, or change one only."
    ),
    SheetFault.NO_VERSION: _(
        "The version is missing or was changed. Fetch the file again and make the change there."
    ),
    SheetFault.CHANGED_MEANWHILE: _(
        "Somebody changed this after you fetched the file; it is «%(detail)s» now. Fetch the file again."
    ),
    SheetFault.ALREADY_THERE: _(
        "You have «%(value)s» already, with the number %(detail)s. Fetch the file again and make the change there."
    ),
    Refusal.MISSING: _("Is empty. Write something here."),
    Refusal.TOO_LONG: _("Is too long. Make it shorter."),
    Refusal.UNKNOWN_CHOICE: _("«%(value)s» is none of the known values. Choose one: %(choices)s."),
    Refusal.NOT_A_NUMBER: _("«%(value)s» is not a number of the right length. Write its digits only."),
    Refusal.OUT_OF_RANGE: _("«%(value)s» cannot be. Write a number that can be."),
    Refusal.WRONG_CHECK_DIGIT: _(
        "«%(value)s» has a wrong check digit. Compare it with the number under the barcode."
    ),
    Refusal.RESERVED_NUMBER: _(
        "«%(value)s» is a number for use inside one company only. Leave the cell empty."
    ),
    Refusal.SERVICE_HAS_NO_STOCK: _("A service has no stock. Write 0."),
    Refusal.BELOW_RESERVED: _(
        "Orders hold more than that. Count the packs that are set aside for orders too."
    ),
    Refusal.RECORDED: _(
        "The register speaks of this product, so its name and group stay as they are. Write back what was there."
    ),
    Refusal.TAKEN: _("Another pack has this GTIN already. Each pack has its own."),
    Refusal.TOO_CHEAP: _("«%(value)s» is less than 500 đồng. Prices are in đồng, not in thousands."),
    Refusal.UNKNOWN_FIELD: _("This cannot be changed by a file."),
}

FILE_FAULTS: Final[Mapping[str, LazyText]] = {
    FileFault.EMPTY: _("The file is empty."),
    FileFault.TOO_BIG: _("The file is larger than is taken in at once. Split it into several files."),
    FileFault.TOO_MANY_ROWS: _("The file has more than %(rows)s rows. Split it into several files."),
    FileFault.TOO_MANY_COLUMNS: _(
        "The file has more columns than are taken in. Take the file that you fetched here."
    ),
    FileFault.PACKED_TOO_TIGHT: _(
        "The file unpacks to far more than it seems to hold. It was not opened. Save it anew as .xlsx."
    ),
    FileFault.DAMAGED: _(
        "The file is damaged. Open it in a spreadsheet program, save it anew as .xlsx and send that."
    ),
    FileFault.NOT_A_TABLE: _(
        "This is neither an .xlsx workbook nor a CSV file. Save it as .xlsx and send that."
    ),
    FileFault.OLD_EXCEL: _(
        "This is an old .xls workbook, or one with a password. Save it as .xlsx without a password."
    ),
    FileFault.UNKNOWN_ENCODING: _(
        "The letters of the file cannot be read. Save it as .xlsx, or as CSV in UTF-8."
    ),
}


def cell_sentence(message: SheetMessage) -> str:
    """What is wrong in one cell, and what to write instead, in the present language."""
    sentence = CELL_FAULTS.get(message.code)
    if sentence is None:
        sentence = _("«%(value)s» cannot be used here.")
    column = BY_NAME.get(message.column)
    offered = ", ".join(choices(column, current_language())) if column else ""
    facts: dict[str, object] = {"value": message.value, "detail": message.detail, "choices": offered}
    return str(LazyText(sentence.message, facts))


def column_heading(name: str) -> str:
    """The heading of a column, in the present language."""
    column = BY_NAME.get(name)
    return column.heading(current_language()) if column else name


def file_sentence(reason: str, rows_max: int) -> str:
    """Why a file could not be read at all."""
    sentence = FILE_FAULTS.get(reason, FILE_FAULTS[FileFault.NOT_A_TABLE])
    return str(LazyText(sentence.message, {"rows": format_number(rows_max)}))
