"""From a printed stamp back to the goods: Lot, TraceEvent, StampRun, Stamp, Scan, Recall.

Leans on `catalog` for products and recognitions, and on `core`.
"""
