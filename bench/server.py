"""A server under test: started as in production, its CPU time read from the operating system."""

import contextlib
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Server:
    """A running server on loopback. `pid` is its first process; its workers are that process's descendants."""

    pid: int
    port: int
    start_seconds: float

    def cpu_seconds(self) -> float:
        """User and system time of the process and all its living descendants, all threads."""
        total = 0
        for pid in family(self.pid):
            fields = _stat_fields(pid)
            total += int(fields[11]) + int(fields[12])
        return total / TICKS_PER_SECOND

    def memory_mib(self) -> float:
        """Resident memory of the family in MiB; pages that processes share are divided among them (PSS)."""
        return sum(_pss_kib(pid) for pid in family(self.pid)) / 1024


def family(pid: int) -> list[int]:
    """`pid` and its living descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                children.setdefault(int(_stat_fields(int(entry.name))[1]), []).append(int(entry.name))
    found = [pid]
    for member in found:
        found.extend(children.get(member, []))
    return found


def _stat_fields(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _pss_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


@contextlib.contextmanager
def serving(target: str, port: int, environment: Mapping[str, str]) -> Iterator[Server]:
    """Run `target` ("module:app") under the production server with two workers of one thread each.

    Raises RuntimeError when it does not answer within 60 seconds.
    """
    command = [
        str(Path(sys.executable).with_name("granian")), target,
        "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(WORKERS), "--blocking-threads", "1", "--no-ws", "--log-level", "warning",
    ]  # fmt: skip
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdout=sys.stderr)
    try:
        _wait_until_answering(process, port)
        yield Server(process.pid, port, time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_answering(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.perf_counter() + 60
    while time.perf_counter() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return
        time.sleep(0.02)
    raise RuntimeError("the server does not answer")
