"""A person's own data, to take home."""

from flask import Response, current_app, make_response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs, signed_in
from accounts.errors import ExportNotFoundError, TooManyExportsError
from accounts.operations.exports import EXPORTS_A_DAY, request_export
from accounts.permissions.people import can_keep_account
from accounts.queries.personal import EXPORT_KEPT, get_own_export, is_in_work, is_ready, list_exports
from core import clock
from core.config import Settings
from core.db import transaction
from core.files import StoredFileNotFoundError, storage_for
from storefront.views.frame import local_url


@signed_in
def account_data() -> Response:
    """Archives that were asked for, and asking for one."""
    return _page(200)


@needs(can_keep_account, confirmed=True)
def export_create() -> AnyResponse:
    """Ask for an archive; a job makes it."""
    try:
        with transaction():
            request_export(by=current_actor(), now=clock.now())
    except TooManyExportsError:
        return _page(409, is_refused=True)
    return redirect(local_url("/account/data"), 303)


@needs(can_keep_account, confirmed=True)
def export_file(export_id: int) -> AnyResponse:
    """The archive, for its person only; kept by nothing on the way."""
    export = get_own_export(current_actor().user_id, export_id, clock.now())
    settings: Settings = current_app.extensions["settings"]
    try:
        # Read whole: a web process has one thread, which a slow reader of a stream would hold.
        with storage_for(settings).open(export.sha256 or "") as file:
            content = file.read()
    except StoredFileNotFoundError:
        raise ExportNotFoundError(export_id=export_id) from None
    answer = Response(content, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="cho-ocop-{clock.today():%Y-%m-%d}.zip"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(status: int, *, is_refused: bool = False) -> Response:
    now = clock.now()
    exports = [
        each for each in list_exports(current_actor().user_id) if is_ready(each, now) or is_in_work(each)
    ]
    page = render_template(
        "storefront/account_data.html",
        exports=exports,
        is_in_work=any(is_in_work(each) for each in exports),
        kept=EXPORT_KEPT,
        is_refused=is_refused,
        most=EXPORTS_A_DAY,
    )
    return make_response(page, status)
