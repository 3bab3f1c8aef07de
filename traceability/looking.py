"""Finding out about a code on behalf of a request, and noting that somebody looked."""

from datetime import timedelta
from typing import Final, cast

from flask import Flask, current_app, request

from core import clock
from core.config import Environment, Settings
from core.limits import address_prefix, count_attempt
from traceability.errors import TooManyUnknownError
from traceability.geoip import open_database
from traceability.look_rules import is_look
from traceability.operations.scans import Look
from traceability.queries.scan import SealedAddress, get_scan_page
from traceability.queries.view_models import ScanPage
from traceability.scan_recorder import ScanRecorder, UnsavedLook
from traceability.verdicts import Verdict

UNKNOWN_LIMIT: Final = 30
UNKNOWN_WINDOW: Final = timedelta(minutes=1)
"""Look-ups of unknown codes per network and minute. Source: traceability design 4.3; docs/stamps.md#verdicts."""

AGENT_KEPT_CHARS: Final = 300

_EXTENSION: Final = "traceability.scans"


def look_up(
    typed: str,
    path_gtin: str | None = None,
    path_lot: str | None = None,
    *,
    sealed: SealedAddress | None = None,
) -> ScanPage:
    """What there is to say of a code to this request, and of the seal in its address. Raises CouldNotCheckError.

    Raises TooManyUnknownError when this network has asked for too many codes that are not known. Codes that are
    known are always answered: a whole fair hall may share one address with somebody who guesses.
    """
    page = get_scan_page(
        typed, path_gtin, path_lot, on=clock.today(), now=clock.now(), looks=recorder(), sealed=sealed
    )
    if page.verdict in {Verdict.UNKNOWN, Verdict.BAD_SEAL} and page.stamp_id is None:
        now = clock.now()
        if not count_attempt(
            "traceability.unknown", request.remote_addr, limit=UNKNOWN_LIMIT, window=UNKNOWN_WINDOW, now=now
        ):
            raise TooManyUnknownError(wait_seconds=60 - now.second)
    return page


def note_look(page: ScanPage) -> None:
    """Hand the look to the recorder if a person looked at a stamp that was issued. Takes microseconds."""
    if page.stamp_id is not None and is_look(request.method, request.environ):
        network = address_prefix(request.remote_addr).partition("/")[0]
        agent = request.environ.get("HTTP_USER_AGENT", "")[:AGENT_KEPT_CHARS]
        recorder().add(UnsavedLook(page.stamp_id, clock.now(), network, agent))


def look_of(stamp_id: int) -> Look:
    """This request as a look at a stamp: hour, province and device hash, nothing else. Within a transaction."""
    network = address_prefix(request.remote_addr).partition("/")[0]
    agent = request.environ.get("HTTP_USER_AGENT", "")[:AGENT_KEPT_CHARS]
    return recorder().finished(UnsavedLook(stamp_id, clock.now(), network, agent))


def set_up_recorder(app: Flask) -> None:
    """Make ready the recorder of `app`. Raises SettingError if GEOIP_DB names a file that is no such database."""
    settings: Settings = app.extensions["settings"]
    addresses = open_database(settings.geoip_db) if settings.geoip_db else None
    app.extensions[_EXTENSION] = ScanRecorder(
        app, addresses, in_background=settings.ocop_env is not Environment.TESTING
    )


def recorder() -> ScanRecorder:
    """The recorder of looks of the present application in this process."""
    return cast("ScanRecorder", current_app.extensions[_EXTENSION])
