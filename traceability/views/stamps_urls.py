"""Addresses of stamps and their sheets, under /workspace, /office and /admin."""

from typing import Final

from catalog.views.routes import Route
from traceability.views.calibration import calibration_page
from traceability.views.office_stamps import office_run, office_runs
from traceability.views.stamps import (
    stamp_activation_create,
    stamp_display_create,
    stamp_loss_create,
    stamp_print_create,
    stamp_run,
    stamp_run_create,
    stamps,
)

_STAMPS: Final = "/<int:producer_id>/lots/<int:lot_id>/stamps"
_RUN: Final = f"{_STAMPS}/<int:run_id>"

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", _STAMPS, stamps),
    ("POST", _STAMPS, stamp_run_create),
    ("GET", _RUN, stamp_run),
    ("POST", f"{_RUN}/activations", stamp_activation_create),
    ("POST", f"{_RUN}/losses", stamp_loss_create),
    ("POST", f"{_RUN}/samples", stamp_display_create),
    ("POST", f"{_RUN}/prints", stamp_print_create),
    ("GET", "/<int:producer_id>/labels/<layout>/calibration-page", calibration_page),
)
OFFICE_ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/stamps", office_runs),
    ("GET", "/stamps/<int:run_id>", office_run),
)
ADMIN_ROUTES: Final[tuple[Route, ...]] = ()
