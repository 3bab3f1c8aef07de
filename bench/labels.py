"""How fast labels are pressed, and that memory stays flat: QR codes by tables, sheets as PDF, a million labels.

Rates are per second of CPU time on one core. Memory is the most that a process of its own has taken.
"""

import json
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from typing import Final

from core.ed25519 import public_of
from traceability.press.sheets import write_labels
from traceability.printed import LabelFacts, printed_path, printed_url
from traceability.qr_images import qr_matrix, qr_tables
from traceability.seals import KeyFacts, SealVerdict, month_of, parse_seal, seal_of, verify
from traceability.stamp_codes import ALPHABET, new_codes

LABELS: Final = 50_000
SEALED_LABELS: Final = 20_000
SEALS: Final = 10_000
ENCODED: Final = 300
BATCH: Final = 256
BASE_URL: Final = "https://OCOP.VN"
GTIN: Final = "09520000000059"
"""952 is GS1's prefix for demonstrations and examples."""

KINDS: Final = {"without_gtin": None, "with_gtin": GTIN, "sealed": GTIN}
MEMORY_COUNTS: Final = (10_000, 1_000_000)


def main() -> None:
    for kind in KINDS:
        count = SEALED_LABELS if kind == "sealed" else LABELS
        labels = list(some_labels(kind, count))
        by_encoder, by_tables = matrices_per_second([url for _code, url in labels])
        report(f"qr_{kind}_by_encoder", by_encoder, "codes/s")
        report(f"qr_{kind}_by_tables", by_tables, "codes/s")
        report(f"label_pdf_{kind}", labels_per_second(kind, labels), "labels/s")
    made, checked = seals_per_second()
    report("seals_made", made, "seals/s")
    report("seals_checked", checked, "seals/s")
    for count in MEMORY_COUNTS:
        command = [sys.executable, "-m", "bench.labels", "memory", str(count)]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        report(f"label_pdf_{count}_memory", told["memory_mib"], "MiB")
        report(f"label_pdf_{count}_bytes_each", told["bytes"] / count, "bytes/label")


def matrices_per_second(urls: list[str]) -> tuple[float, float]:
    """QR codes per second by the encoder alone and by tables that have been learned."""
    began = time.process_time()
    for url in urls[:ENCODED]:
        qr_matrix(url)
    by_encoder = ENCODED / (time.process_time() - began)
    tables = qr_tables(urls[0])
    tables.matrices(urls)
    began = time.process_time()
    for first in range(0, len(urls), BATCH):
        tables.matrices(urls[first : first + BATCH])
    return by_encoder, len(urls) / (time.process_time() - began)


def labels_per_second(kind: str, labels: list[tuple[str, str]]) -> float:
    """Labels per second, on A4 sheets of 3 x 8, by tables that have been learned."""
    began = time.process_time()
    with tempfile.TemporaryFile() as file:
        write_labels(file, facts_of(kind), labels, layout="3x8")
    return len(labels) / (time.process_time() - began)


def seals_per_second() -> tuple[float, float]:
    """Seals per second made and checked, each for another path."""
    seed, on = secrets.token_bytes(32), date(2026, 11, 1)
    key = KeyFacts(1, public_of(seed), on, on.replace(year=2030))
    paths = [printed_path(code, gtin=GTIN, lot_code="L260115") for code in new_codes(SEALS)]
    began = time.process_time()
    seals = [seal_of(seed, 1, month_of(on), path) for path in paths]
    made = SEALS / (time.process_time() - began)
    began = time.process_time()
    for seal, path in zip(seals, paths, strict=True):
        parsed = parse_seal(seal)
        assert parsed is not None
        assert verify(parsed, path, lambda _kid: key, on) is SealVerdict.OK
    return made, SEALS / (time.process_time() - began)


def some_labels(kind: str, count: int) -> Iterator[tuple[str, str]]:
    """So many labels, made as they are asked for."""
    made = 0
    while made < count:
        for code in new_codes(min(10_000, count - made)):
            made += 1
            url = printed_url(BASE_URL, code, gtin=KINDS[kind], lot_code="L260115")
            if kind == "sealed":
                # As long as a seal, and of its characters; what seals cost is measured by themselves.
                seal = "".join(ALPHABET[byte % 32] for byte in secrets.token_bytes(108))
                url = url.replace(BASE_URL, f"{BASE_URL}/{seal}")
            yield code, url


def facts_of(kind: str) -> LabelFacts:
    return LabelFacts(
        product_name="Nước mắm cá cơm truyền thống", lot_code="L260115", produced_on=date(2026, 11, 1),
        expires_on=date(2027, 11, 1), gtin=KINDS[kind], host="ocop.vn", is_lot_code=False, is_demonstration=False,
    )  # fmt: skip


def measure_memory(count: int) -> None:
    """Press so many labels in this process and say how much memory it has taken at most."""
    with tempfile.TemporaryFile() as file:
        write_labels(file, facts_of("with_gtin"), some_labels("with_gtin", count), layout="3x8")
        size = file.tell()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"memory_mib": peak, "bytes": size}))


def report(name: str, value: float, unit: str) -> None:
    print(json.dumps({"name": name, "value": round(value, 1), "unit": unit}), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["memory"]:
        measure_memory(int(sys.argv[2]))
    else:
        main()
