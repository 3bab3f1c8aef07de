"""What a page costs the server: CPU per request as a multiple of the bare page, same server, same run.

Every figure stands on at least 500 distinct addresses, asked for in shuffled order. `<name>_vs_bare` is a server that
has been up for a while: every address was asked for before. `<name>_from_cold_vs_bare` asks for each address six
times of a server that has just started, `<name>_first_visit_vs_bare` once.
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
    """Pages of one kind. Each path is asked for `visits` times, after `rehearsals` passes that are not counted."""

    name: str
    paths: Sequence[str]
    visits: int = VISITS
    rehearsals: int = 0


def measure(bare: Server, shop: Server, kind: PageKind, report: Callable[[str, float, str], None]) -> None:
    """Report `<name>_vs_bare`: the median over rounds of CPU per request, against the bare page around it."""
    for _ in range(kind.rehearsals):
        fetch_all(shop.port, kind.paths)
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
