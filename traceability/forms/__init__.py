"""Values that people send about stamps, lots and events, as plain checked values."""

from traceability.forms.codes import CONTACT_MAX, MESSAGE_MAX, ReportForm, TypedCode, read_code

__all__ = ["CONTACT_MAX", "MESSAGE_MAX", "ReportForm", "TypedCode", "read_code"]
