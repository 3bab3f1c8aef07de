"""Tables of traceability, one module for each subject. `traceability.models` knows those of lots and stamps too."""

from traceability.models.stamps import (
    Lot,
    Recall,
    Scan,
    ScanGap,
    ScanKey,
    ScanMonth,
    Stamp,
    StampKind,
    StampReport,
    StampRun,
    StampWithdrawal,
    TraceEvent,
    TraceStep,
)

__all__ = [
    "Lot",
    "Recall",
    "Scan",
    "ScanGap",
    "ScanKey",
    "ScanMonth",
    "Stamp",
    "StampKind",
    "StampReport",
    "StampRun",
    "StampWithdrawal",
    "TraceEvent",
    "TraceStep",
]
