"""`flask serve`: serves after one command, ends clean, and leaves nobody behind."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from core.config import ROOT

pytestmark = pytest.mark.slow
PATIENCE_SECONDS = 90  # a start makes the database and the demonstration, on a busy machine too


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def serve(port, instance_dir, tmp_path):
    """Starts the server; whatever happens, its whole process group is ended."""
    started = []

    def start():
        environ = {
            name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "PYTEST"))
        }
        environ |= {
            "PORT": str(port),
            "INSTANCE_DIR": str(instance_dir),
            "FLASK_APP": "wsgi",
            "OCOP_ENV": "testing",
        }
        with (tmp_path / "out").open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "flask", "serve"],
                cwd=ROOT,
                env=environ,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        started.append(process)
        wait_until(lambda: ask(port, "/healthz") is not None)
        return process

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def ask(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return json.load(answer)
    except OSError:
        return None


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def descendants(pid):
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_a_migrated_database_and_ends_clean(serve, port, number):
    server = serve()
    wait_until(lambda: len(descendants(server.pid)) == 3)  # two web processes and the job worker
    helpers = descendants(server.pid)

    assert ask(port, "/readyz")["status"] == "ok"
    server.send_signal(number)

    assert server.wait(PATIENCE_SECONDS) == 0
    assert [pid for pid in helpers if is_alive(pid)] == []


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")
def test_killed_helpers_come_back_and_a_killed_server_leaves_none(serve, port):
    server = serve()
    wait_until(lambda: len(descendants(server.pid)) == 3)
    first = descendants(server.pid)
    for pid in first:
        os.kill(pid, signal.SIGKILL)

    wait_until(
        lambda: len([pid for pid in descendants(server.pid) if pid not in first and is_alive(pid)]) == 3
    )
    wait_until(lambda: ask(port, "/healthz") is not None)
    helpers = descendants(server.pid)
    os.kill(server.pid, signal.SIGKILL)
    server.wait()

    wait_until(lambda: not any(is_alive(pid) for pid in helpers))
    serve()
    assert ask(port, "/readyz")["status"] == "ok"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")
def test_processes_killed_again_and_again_come_back_each_time(serve, port):
    server = serve()

    for _round in range(5):
        for pid in descendants(server.pid):
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: ask(port, "/healthz") is not None)

    assert server.poll() is None


def test_a_second_server_on_one_address_is_refused(serve, port):
    first = serve()

    second = serve()  # it is the first that answers

    assert second.wait(PATIENCE_SECONDS) == 1
    assert first.poll() is None
    assert ask(port, "/healthz") is not None
