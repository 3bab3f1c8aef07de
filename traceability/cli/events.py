"""At the start of the program: events from before they were told as EPCIS are kept for asking as well."""

from core.db import transaction
from traceability.operations.epcis_events import keep_missing


def keep_events() -> None:
    """Make the copies for asking that are missing; harmless when repeated."""
    with transaction():
        keep_missing()
