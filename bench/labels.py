"""How fast sheets of stamps become a PDF: codes drawn at random, QRs made, labels laid out, the file written."""

import json
import tempfile
import time
from datetime import date
from typing import Final

from traceability.label_sheets import LAYOUTS, write_sheets
from traceability.printed import LabelFacts, printed_url
from traceability.stamp_codes import new_codes

LABELS: Final = 2_400
BASE_URL: Final = "https://OCOP.VN"
GTINS: Final = {"with_gtin": "09520000000059", "without_gtin": None}
"""952 is GS1's prefix for demonstrations and examples."""


def main() -> None:
    for name, gtin in GTINS.items():
        print(
            json.dumps(
                {"name": f"label_pdf_{name}", "value": round(labels_per_second(gtin)), "unit": "labels/s"}
            )
        )


def labels_per_second(gtin: str | None) -> float:
    """Labels per second of CPU time (one thread, so of wall time on an idle machine), on A4 sheets of 3 x 8."""
    facts = LabelFacts(
        product_name="Nước mắm cá cơm truyền thống", lot_code="L2611", produced_on=date(2026, 11, 1),
        expires_on=date(2027, 11, 1), gtin=gtin, host="ocop.vn", is_lot_code=False, is_demonstration=False,
    )  # fmt: skip
    began = time.process_time()
    codes = new_codes(LABELS)
    labels = ((code, printed_url(BASE_URL, code, gtin=gtin, lot_code=facts.lot_code)) for code in codes)
    with tempfile.TemporaryFile() as file:
        write_sheets(file, facts, labels, layout=LAYOUTS["3x8"])
    return LABELS / (time.process_time() - began)


if __name__ == "__main__":
    main()
