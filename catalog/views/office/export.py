"""The register of the area as a file in the layout of PTNT_OCOP."""

import tempfile
from pathlib import Path
from typing import Final

from flask import Response, make_response, render_template

from accounts.access import current_actor, needs
from accounts.errors import NotYoursError
from accounts.operations.audit import record_act
from catalog.permissions.office import can_enter_office
from catalog.ptnt_layout import COLUMNS
from catalog.queries.office_export import count_ptnt_rows, ptnt_rows
from catalog.spreadsheets import stream_table
from catalog.views.office.home import area_words
from core import clock
from core.db import transaction
from core.limits import rate_limited

CONTENT_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@needs(can_enter_office)
def export() -> Response:
    """What the file holds, and how many rows it has."""
    actor = current_actor()
    page = render_template(
        "office/export.html",
        columns=COLUMNS,
        row_count=count_ptnt_rows(actor),
        areas=area_words(actor),
    )
    return make_response(page)


@needs(can_enter_office)
@rate_limited("20/hour", name="office.export")
def export_file(ending: str) -> Response:
    """The file, as `csv` or `xlsx`; that it was taken is noted."""
    if ending not in CONTENT_TYPES:
        raise NotYoursError(ending=ending)
    actor, today = current_actor(), clock.today()
    # Written to the disk block by block, and sent in one go: a web process has one thread, which a slow reader of an
    # answer in many chunks would hold.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"register.{ending}"
        row_count = stream_table(path, ptnt_rows(actor, today)) - 1
        content = path.read_bytes()
    provinces = {post.province_code for post in actor.posts}
    with transaction():
        record_act(
            "catalog.export_register",
            by=actor,
            subject="register:ptnt",
            after={"rows": row_count, "form": ending},
            province_code=provinces.pop() if len(provinces) == 1 else None,
            now=clock.now(),
        )
    answer = Response(content, content_type=CONTENT_TYPES[ending])
    name = f"PTNT_OCOP-{today.isoformat()}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
