"""A running market with its demonstration, started as `make run` starts one, in a folder of its own."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
START_SECONDS: Final = 90
STOP_SECONDS: Final = 20

# What names servers or data of somebody else must not leak into a market of ours.
FOREIGN: Final = ("DATABASE_URL", "REDIS_URL", "STORAGE_URL", "TRUSTED_HOSTS", "SECRET_KEY", "GEOIP_DB")


class MarketDidNotStartError(RuntimeError):
    """The server ended, or did not answer in START_SECONDS."""


@dataclass(frozen=True, slots=True)
class Market:
    """base_url: without a slash at the end. environment: with which its commands run, too."""

    base_url: str
    environment: Mapping[str, str]

    @property
    def folder(self) -> Path:
        return Path(self.environment["INSTANCE_DIR"])

    def command(self, *arguments: str) -> str:
        """What `flask …` prints on this market's data."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT, env=dict(self.environment), check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout

    def sample_codes(self) -> list[str]:
        """Codes to try that the demonstration left, one or more for each verdict."""
        text = (self.folder / "demo-stamps.txt").read_text(encoding="utf-8")
        return re.findall(r"/T/(\w+)", text)


@contextlib.contextmanager
def running_market(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[Market]:
    """Serve from `folder` on a free port of this machine until the block ends. Raises MarketDidNotStartError."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    base_url = f"http://127.0.0.1:{port}"
    environment = {
        **kept,
        "OCOP_ENV": "development",
        "INSTANCE_DIR": str(folder),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
        "PUBLIC_BASE_URL": base_url,
        **(settings or {}),
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        _wait_until_ready(process, base_url, log)
        yield Market(base_url, environment)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(process: subprocess.Popen[bytes], base_url: str, log: Path) -> None:
    deadline = time.perf_counter() + START_SECONDS
    while time.perf_counter() < deadline and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(f"{base_url}/readyz", timeout=5).close()
            return
        time.sleep(0.1)
    raise MarketDidNotStartError(log.read_text(encoding="utf-8", errors="replace")[-2_000:])
