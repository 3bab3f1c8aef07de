"""The page by which a producer measures a printer."""

import io

from flask import Response

from accounts.access import needs
from catalog.permissions.workspace import can_enter_workspace
from core.limits import rate_limited
from traceability.press.calibration import write_calibration
from traceability.views.origin_desk import reading_desk


@needs(can_enter_workspace)
@rate_limited("60/minute")
def calibration_page(producer_id: int, layout: str) -> Response:
    """Frames of all labels, a cross and two bars, as PDF."""
    reading_desk(producer_id)
    file = io.BytesIO()
    write_calibration(file, layout)
    name = f"calibration-{layout}.pdf"
    return Response(
        file.getvalue(),
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"},
    )
