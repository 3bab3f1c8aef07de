"""One decision with many products from Excel or CSV: template, dry run, choices, one proposal."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.decision_facts import DecisionFault
from catalog.decision_sheet import HEADINGS, ROWS_MAX, SheetFault, SheetRow, read_decision_rows
from catalog.errors import DecisionFaultsError, InvalidFactError, RegisterFileError
from catalog.forms.decisions import DecisionForm, day_of
from catalog.models import CriteriaVersion
from catalog.operations.bulk_decisions import get_own_draft, make_draft, propose_draft, row_fault
from catalog.operations.decision_papers import keep_decision_paper
from catalog.operations.evidence import ReadPaper
from catalog.permissions.office import can_record_decisions
from catalog.queries.office_register import ProductRow, read_rows
from catalog.spreadsheets import read_table, write_table
from catalog.views.office.decisions import (
    UNUSABLE_PAPER,
    decision_title,
    fault_of_fact,
    files,
    posted_paper,
)
from catalog.views.office.words import LEVELS, choices, fault_words
from core import clock
from core.db import transaction
from core.i18n import LazyText, gettext
from core.i18n import lazy_gettext as _
from core.media.errors import InvalidMediaError
from core.web.access import takes_files

SHEET_FAULTS: Final[Mapping[str, LazyText]] = {
    "no_file": _("Choose the file with the products"),
    "no_product_column": _("The file has no column with the key, the OCOP code or the name of the product"),
    "no_stars_column": _("The file has no column with the stars"),
    "no_rows": _("The file has no rows below its heading"),
    "too_many_rows": _("The file has more than 500 rows: record the decision in parts"),
    "empty": _("The file is empty"),
    "too_big": _("The file is too large"),
    "packed_too_tight": _("The file unpacks to far more than it is: it was not read"),
    "old_excel": _("This is an old Excel file: save it as .xlsx or .csv"),
}
CONTENT_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@needs(can_record_decisions)
def import_new() -> Response:
    """The form: the head of the decision, its scan, and the file with its products."""
    actor = current_actor()
    level = "ministry" if any(post.level == "nation" for post in actor.posts) else "province"
    return _form_page(DecisionForm.empty((), authority_level=level), {}, 200)


@needs(can_record_decisions)
def import_template(ending: str) -> Response:
    """An empty table with the headings that are understood, as `csv` or `xlsx`."""
    if ending not in CONTENT_TYPES:
        raise NotYoursError(ending=ending)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"template.{ending}"
        write_table(path, [list(HEADINGS.values())])
        content = path.read_bytes()
    answer = Response(content, content_type=CONTENT_TYPES[ending])
    answer.headers["Content-Disposition"] = f'attachment; filename="quyet-dinh-mau.{ending}"'
    return answer


@needs(can_record_decisions)
@takes_files
def import_create() -> AnyResponse:
    """Read the file, match its rows, keep them as a draft: a dry run. Nothing is proposed yet."""
    actor, form = current_actor(), DecisionForm.parse(request.form)
    rows, sheet_fault = _posted_rows()
    wrong = {"sheet": sheet_fault} if sheet_fault else {}
    try:
        paper = posted_paper() if not form.errors and not wrong else None
    except InvalidMediaError:
        return _form_page(form.with_faults([UNUSABLE_PAPER]), wrong, 422)
    if form.errors or wrong:
        return _form_page(form, wrong, 422)
    try:
        with transaction():
            _make(actor, form, rows, paper)
    except DecisionFaultsError as error:
        told: Any = error.facts["faults"]
        return _form_page(form.with_faults(told), wrong, 422)
    except InvalidFactError as error:
        return _form_page(form.with_faults([fault_of_fact(error)]), wrong, 422)
    return redirect(url_for("office.import_draft", key=form.submission_key), 303)


@needs(can_record_decisions)
def import_draft(key: str) -> Response:
    """The dry run: each row with the product it means, what has to be chosen, what has to be mended."""
    return _draft_page(key, {}, (), 200)


@needs(can_record_decisions)
def import_propose(key: str) -> AnyResponse:
    """Propose the whole decision, with what was chosen; a row that cannot be taken stops all of it."""
    actor = current_actor()
    chosen = _choices(request.form)
    try:
        with transaction():
            proposal_id = propose_draft(key, chosen, by=actor, now=clock.now()).id
    except DecisionFaultsError as error:
        told: Any = error.facts["faults"]
        return _draft_page(key, chosen, told, 422)
    return redirect(url_for("office.decision", proposal_id=proposal_id), 303)


def _posted_rows() -> tuple[Sequence[SheetRow], str]:
    """The rows of the file that was sent, or the sentence that says why there are none."""
    sent = request.files.get("sheet")
    content = sent.read() if sent is not None else b""
    if not content:
        return (), str(SHEET_FAULTS["no_file"])
    try:
        found = read_decision_rows(read_table(content))
    except RegisterFileError as error:
        return (), _sheet_words(str(error.facts["reason"]))
    return ((), _sheet_words(found.reason)) if isinstance(found, SheetFault) else (found, "")


def _sheet_words(reason: str) -> str:
    words = SHEET_FAULTS.get(reason)
    return str(words) if words is not None else gettext("This file cannot be read: take the template below")


def _make(actor: Actor, form: DecisionForm, rows: Sequence[SheetRow], paper: ReadPaper | None) -> None:
    now = clock.now()
    provinces = {post.province_code for post in actor.posts if post.level == "province"}
    evidence = keep_decision_paper(
        paper,
        title=decision_title(form.values["decision_number"], day_of(form.values["decided_on"])),
        province_code=provinces.pop() if len(provinces) == 1 else None,
        by=actor,
        files=files(),
        now=now,
    )
    make_draft(form.facts(), rows, evidence, by=actor, now=now, key=form.submission_key)


def _form_page(form: DecisionForm, wrong: Mapping[str, str], status: int) -> Response:
    page = render_template(
        "office/import_new.html",
        form=form,
        wrong={**{name: fault_words(fault) for name, fault in form.errors.items()}, **wrong},
        levels=choices(LEVELS),
        versions=[(each.value, each.value) for each in CriteriaVersion],
        headings=tuple(HEADINGS.values()),
        rows_max=ROWS_MAX,
    )
    return make_response(page, status)


def _draft_page(
    key: str, chosen: Mapping[int, int], faults: Sequence[DecisionFault], status: int
) -> Response:
    draft = get_own_draft(current_actor(), key)
    told = {fault.position: fault_words(fault) for fault in faults}
    for row in draft.rows:
        fault = row_fault(row, chosen)
        if fault is not None and (row["fault"] or not row["candidates"] or status == 422):
            told.setdefault(row["line"], fault_words(fault))
    page = render_template(
        "office/import_draft.html",
        draft=draft,
        products=_products_of(draft.rows),
        chosen=chosen,
        told=told,
        head_fault=told.get(None),
        broken_count=sum(
            bool(row["fault"]) or not (row["product_id"] or row["candidates"]) for row in draft.rows
        ),
        open_count=sum(not row["product_id"] and bool(row["candidates"]) for row in draft.rows),
    )
    return make_response(page, status)


def _products_of(rows: Sequence[Mapping[str, Any]]) -> dict[int, ProductRow]:
    ids = {row["product_id"] for row in rows if row["product_id"]}
    ids |= {each for row in rows for each in row["candidates"]}
    return {each.id: each for each in read_rows(sorted(ids), clock.today())}


def _choices(form: Mapping[str, str]) -> dict[int, int]:
    """What was chosen: «match-12» is the product of line 12."""
    found = {}
    for name, value in form.items():
        line = name.removeprefix("match-")
        if line != name and line.isascii() and line.isdigit() and value.isascii() and value.isdigit():
            found[int(line[:9])] = int(value[:9])
    return found
