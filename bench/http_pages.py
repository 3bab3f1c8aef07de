"""What a page costs the server: CPU per request as a multiple of the bare page, same server, same run.

Every figure stands on at least 500 distinct addresses. «first visit» figures never ask for an address twice; the
others ask for each several times in shuffled order, from cold, as visitors do.
"""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.client import fetch_all
from bench.server import Server

ROUNDS = 5
VISITS = 6
SETTLE_SECONDS = 0.4  # background writes of a round (scans) belong to that round


@dataclass(frozen=True, slots=True)
class PageKind:
    """Pages of one kind. `visits` times each path is asked for; 1 means that caches never help."""

    name: str
    paths: Sequence[str]
    visits: int = VISITS


def measure(bare: Server, shop: Server, kind: PageKind, report: Callable[[str, float, str], None]) -> None:
    """Report `<name>_vs_bare`: the median over rounds of CPU per request, against the bare page around it."""
    asked = list(kind.paths) * kind.visits
    random.Random(20261122).shuffle(asked)
    ratios = []
    for part in range(ROUNDS):
        share = asked[part::ROUNDS]
        bare_paths = [f"/{number}" for number in range(len(share))]
        before = cost(bare, bare_paths)
        ratios.append(cost(shop, share) / before)
    report(f"{kind.name}_vs_bare", round(statistics.median(ratios), 3), "ratio")


def cost(server: Server, paths: Sequence[str]) -> float:
    """CPU seconds of the server per request."""
    began = server.cpu_seconds()
    count = fetch_all(server.port, paths)
    time.sleep(SETTLE_SECONDS)
    return (server.cpu_seconds() - began) / count
