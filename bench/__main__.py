"""`make bench`: every figure of the house, one JSON line each on standard output; remarks go to standard error."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.http_pages import PageKind, measure
from bench.server import ROOT, serving
from bench.trade import measure_crowd, measure_trade

BARE_PORT, SHOP_PORT = 8191, 8192
IN_PROCESS = (
    "bench.search",
    "bench.labels",
    "bench.photographs",
    "bench.stamps",
    "bench.clones",
    "bench.recall",
    "bench.fairs",
    "bench.feeds",
    "bench.booth",
)
KEPT_PAGES = ("listing", "product")
REHEARSALS = 4  # so that either of the two processes has seen nearly every address


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ocop-bench-") as name:
        folder = Path(name)
        environment = production(folder)
        run("bench.prepare", str(folder), environment)
        for module in IN_PROCESS:
            run(module, str(folder), environment)
        measure_server(folder, environment)
        measure_selling(folder, environment)


def production(folder: Path) -> dict[str, str]:
    """Settings as in production, on loopback, with data of its own."""
    return {
        "OCOP_ENV": "production",
        "OPERATOR_NAME": "bench",
        "OPERATOR_TAX_CODE": "0100233488",
        "OPERATOR_ADDRESS": "bench",
        "OPERATOR_REGISTRATION": "bench",
        "OPERATOR_PHONE": "02430000000",
        "OPERATOR_EMAIL": "bench@bench.example",
        "SECRET_KEY": "only-for-measuring-" + "x" * 40,
        "INSTANCE_DIR": str(folder / "instance"),
        "PUBLIC_BASE_URL": "https://bench.example",
        "TRUSTED_HOSTS": "127.0.0.1,bench.example",
        "LOG_LEVEL": "WARNING",
        "PROXY_HOPS": "1",
    }


def run(module: str, argument: str, environment: dict[str, str], *more: str) -> None:
    command = [sys.executable, "-m", module, argument, *more]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=True)


def measure_server(folder: Path, environment: dict[str, str]) -> None:
    paths: dict[str, list[str]] = json.loads((folder / "paths.json").read_text())
    with serving("bench.bare:app", BARE_PORT, {}) as bare:
        with serving("wsgi:app", SHOP_PORT, environment) as shop:
            report("server_start", round(shop.start_seconds, 2), "s")
            time.sleep(2)
            report("idle_memory", round(shop.memory_mib(), 1), "MiB")
            for kind in KEPT_PAGES:
                measure(bare, shop, PageKind(f"{kind}_first_visit", paths[kind], visits=1), report)
        with serving("wsgi:app", SHOP_PORT, environment) as shop:
            for kind in KEPT_PAGES:
                measure(bare, shop, PageKind(f"{kind}_from_cold", paths[kind]), report)
            for kind in (*KEPT_PAGES, "trace", "trace_sealed", "suggest"):
                measure(bare, shop, PageKind(kind, paths[kind], visits=4, rehearsals=REHEARSALS), report)
            measure(bare, shop, PageKind("search", paths["search"], visits=1), report)
            report("loaded_memory", round(shop.memory_mib(), 1), "MiB")


def measure_selling(folder: Path, environment: dict[str, str]) -> None:
    run("bench.trade", str(folder), environment, "sellers")
    sellers = json.loads((folder / "sellers.json").read_text())
    with serving("bench.bare:app", BARE_PORT, {}) as bare:
        with serving("wsgi:app", SHOP_PORT, environment) as shop:
            measure_trade(bare, shop, sellers, report, "")
            measure_crowd(shop, sellers, report)
        run("bench.trade", str(folder), environment, "orders")
        with serving("wsgi:app", SHOP_PORT, environment) as shop:
            measure_trade(bare, shop, sellers, report, "_with_50000_orders")


def report(name: str, value: float, unit: str) -> None:
    print(json.dumps({"name": name, "value": value, "unit": unit}), flush=True)


if __name__ == "__main__":
    main()
