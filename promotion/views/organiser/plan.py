"""The floor plan of a fair: its size, its booths one by one, and many at once from a file."""

import csv
import io
from typing import Any, Final

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from catalog.errors import RegisterFileError
from catalog.spreadsheets import FileFault, Table, read_table
from core import clock
from core.db import transaction
from core.errors import ConflictError
from core.limits import rate_limited
from core.web.access import takes_files
from promotion.errors.fairs import InvalidFairError
from promotion.floor_plans import (
    FILE_ROWS_MAX,
    FileRow,
    columns_of,
    free_cell,
    next_code,
    read_rows,
    shapes,
)
from promotion.forms.fairs import TypedForm, kept, spot_of, whole_number
from promotion.models.fairs import Fair
from promotion.operations.booths import (
    add_booth,
    add_booths,
    change_booth,
    remove_booth,
    set_plan_size,
    spots_of,
)
from promotion.permissions.fairs import can_organise_fairs
from promotion.queries.organising import holders_of, list_booths
from promotion.views.organiser.access import faults_in, led_to, own_fair, refusal_of, shown

FILE_BYTES_MAX: Final = 512 * 1024
FIELDS: Final = ("code", "left", "top", "width", "height")


@needs(can_organise_fairs)
def plan(fair_id: int) -> Response:
    """The plan as it is drawn, the same as a list, and forms to change it."""
    return _plan_page(own_fair(fair_id), 200)


@needs(can_organise_fairs)
def plan_size_change(fair_id: int) -> AnyResponse:
    """Another number of columns and rows."""
    own_fair(fair_id)
    columns, rows = (whole_number(request.form.get(name, "")) for name in ("columns", "rows"))
    try:
        with transaction():
            set_plan_size(fair_id, columns, rows, now=clock.now())
    except (InvalidFairError, ConflictError) as error:
        return _refused(fair_id, error)
    return led_to(fair_id, "/plan", done="kept")


@needs(can_organise_fairs)
def booth_create(fair_id: int) -> AnyResponse:
    """One more booth."""
    own_fair(fair_id)
    try:
        with transaction():
            add_booth(fair_id, spot_of(request.form), now=clock.now())
    except (InvalidFairError, ConflictError) as error:
        return _refused(fair_id, error)
    return led_to(fair_id, "/plan", done="kept")


@needs(can_organise_fairs)
def booth(fair_id: int, booth_id: int) -> Response:
    """One booth: its code, where it lies and how large it is."""
    return _booth_page(own_fair(fair_id), booth_id, None, 200)


@needs(can_organise_fairs)
def booth_change(fair_id: int, booth_id: int) -> AnyResponse:
    """Move, resize or rename a booth."""
    own_fair(fair_id)
    try:
        with transaction():
            change_booth(fair_id, booth_id, spot_of(request.form), now=clock.now())
    except (InvalidFairError, ConflictError) as error:
        return _booth_page(own_fair(fair_id), booth_id, error, 422)
    return led_to(fair_id, "/plan", done="kept")


@needs(can_organise_fairs)
def booth_removal_create(fair_id: int, booth_id: int) -> AnyResponse:
    """Take an empty booth off the plan."""
    own_fair(fair_id)
    try:
        with transaction():
            remove_booth(fair_id, booth_id, now=clock.now())
    except ConflictError as error:
        return _booth_page(own_fair(fair_id), booth_id, error, 409)
    return led_to(fair_id, "/plan", done="kept")


@needs(can_organise_fairs)
@takes_files
@rate_limited("30/minute")
def booth_file_check(fair_id: int) -> AnyResponse:
    """Read a file of booths, row by row. Nothing is changed."""
    found = own_fair(fair_id)
    upload = request.files.get("file")
    content = upload.stream.read(FILE_BYTES_MAX + 1) if upload else b""
    rows, fault = _rows_of(found, content)
    if fault:
        return _plan_page(found, 422, file_fault=fault)
    good = [row for row in rows if row.fault is None]
    return _plan_page(found, 200, file_rows=rows, file_good=len(good), file_text=_text_of(good))


@needs(can_organise_fairs)
@rate_limited("30/minute")
def booth_file_create(fair_id: int) -> AnyResponse:
    """Lay the booths that a file was found to hold; all of them or none."""
    found = own_fair(fair_id)
    rows, fault = _rows_of(found, request.form.get("rows", "").encode()[: FILE_BYTES_MAX + 1])
    if fault:
        return _plan_page(found, 422, file_fault=fault)
    try:
        with transaction():
            add_booths(fair_id, rows, now=clock.now())
    except (InvalidFairError, ConflictError) as error:
        return _refused(fair_id, error)
    return led_to(fair_id, "/plan", done="kept")


def _rows_of(fair: Fair, content: bytes) -> tuple[list[FileRow], str]:
    """The rows of a file judged beside the plan, and why it cannot be read («» if it can)."""
    if len(content) > FILE_BYTES_MAX:
        return [], FileFault.TOO_BIG.value
    try:
        table: Table = read_table(content)
    except RegisterFileError as error:
        return [], str(error.facts["reason"])
    where = columns_of(table.header.cells)
    if where is None:
        return [], FileFault.UNKNOWN_LAYOUT.value
    if len(table.rows) > FILE_ROWS_MAX:
        return [], FileFault.TOO_MANY_ROWS.value
    lines = [(row.line, row.cells) for row in table.rows]
    return read_rows(lines, where, (fair.plan_columns, fair.plan_rows), spots_of(fair.id)), ""


def _text_of(rows: list[FileRow]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["code", "column", "row", "width", "height"])
    for row in rows:
        if row.spot is not None:
            writer.writerow([getattr(row.spot, name) for name in FIELDS])
    return out.getvalue()


def _refused(fair_id: int, error: InvalidFairError | ConflictError) -> Response:
    form = TypedForm(kept(request.form), faults_in(error) if isinstance(error, InvalidFairError) else {})
    status = 422 if isinstance(error, InvalidFairError) else 409
    return _plan_page(own_fair(fair_id), status, form=form, refused=refusal_of(error))


def _plan_page(fair: Fair, status: int, **values: Any) -> Response:
    spots = spots_of(fair.id)
    form = values.pop("form", None) or TypedForm(
        {
            "code": next_code(spot.code for spot in spots),
            **_offered(free_cell(spots, fair.plan_columns, fair.plan_rows)),
        }
    )
    return shown(
        "plan",
        fair,
        status,
        booths=list_booths(fair.id),
        holders=holders_of(fair.id),
        shapes=shapes(spots),
        form=form,
        is_over=fair.is_over_on(clock.today()),
        **values,
    )


def _offered(cell: tuple[int, int] | None) -> dict[str, str]:
    return {} if cell is None else {"left": str(cell[0]), "top": str(cell[1])}


def _booth_page(
    fair: Fair, booth_id: int, error: InvalidFairError | ConflictError | None, status: int
) -> Response:
    chosen = next((each for each in list_booths(fair.id) if each.id == booth_id), None)
    if chosen is None:
        return _plan_page(fair, 404)
    typed = kept(request.form) if error is not None and "code" in request.form else {}
    form = TypedForm(typed or {name: str(getattr(chosen, name)) for name in FIELDS})
    return shown(
        "booth",
        fair,
        status,
        booth=chosen,
        holder=holders_of(fair.id).get(chosen.id),
        form=form,
        refused=refusal_of(error) if error is not None else None,
    )
