"""What becomes of the rows of a statement, in words of the program; and how much of one is taken in."""

from typing import Final

from orders.models.bank import LineReason, LineState
from orders.operations.bank_lines import TakenLine

CHECK: Final = "orders.check_statement"
APPLY: Final = "orders.apply_statement"
SOURCE: Final = "upload"
ROWS_MAX: Final = 20_000
BYTES_MAX: Final = 10 * 1024 * 1024
REPEATED: Final = "known"
FAULTY: Final = "faulty"
WAITING: Final = (
    LineReason.NO_REFERENCE,
    LineReason.NEAR_REFERENCE,
    LineReason.UNKNOWN_REFERENCE,
    LineReason.SEVERAL_REFERENCES,
    LineReason.UNDERPAID,
    LineReason.OVERPAID,
    LineReason.ALREADY_PAID,
    LineReason.OTHER_ACCOUNT,
    LineReason.MAYBE_REPEATED,
)
"""Outcomes that wait for a person."""


def outcome_of(line: TakenLine) -> str:
    """One word for what became of a row: «matched», why it waits or is ignored, or that it was known."""
    if not line.is_new:
        return REPEATED
    return line.state if line.state == LineState.MATCHED else str(line.reason)
