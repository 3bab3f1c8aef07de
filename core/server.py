"""The production server: granian with its web processes, and the job worker beside them.

Web processes are forked from one that has the application loaded: they start at once and share its memory.
Preparations run in a child of their own. One thread per web process: several would only contend for the
interpreter.
"""

import contextvars
import ctypes
import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any, Final, NoReturn

from core.config import ROOT, Settings

log = logging.getLogger("core.server")

WSGI_TARGET: Final = "wsgi:app"
BACKLOG: Final = 1024
# Requests that one web process takes in at once; the rest waits in the socket's queue.
BACKPRESSURE: Final = 64
WORKER_PAUSE_SECONDS: Final = 2.0
RESPAWN_PAUSE_SECONDS: Final = 0.1  # a process that dies at its start must not keep a core busy
STOP_SECONDS: Final = 10
PR_SET_PDEATHSIG: Final = 1  # Source: prctl(2), <linux/prctl.h>


def run_aside(work: Callable[[], None]) -> None:
    """Do `work` in a child process and wait for it, so that what it loads weighs on nobody afterwards.

    Ends this process with the child's code if the work failed; the child has said why.
    """
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        _work_and_leave(work)
    _pid, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        raise SystemExit(code if code > 0 else 1)


def _work_and_leave(work: Callable[[], None]) -> NoReturn:
    code = 1
    try:
        work()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        # Not sys.exit: what the parent opened is for the parent to close.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


class JobWorker:
    """The process that runs `flask jobs work`, begun again whenever it ends by itself."""

    def __init__(self) -> None:
        self._is_stopping = False
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep_running, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the process to end after its present job; force it after a while."""
        self._is_stopping = True
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _keep_running(self) -> None:
        while not self._is_stopping:
            command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]
            self._process = subprocess.Popen(  # noqa: S603
                command,
                cwd=ROOT,
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509
            )
            code = self._process.wait()
            if not self._is_stopping:
                log.error("job worker ended", extra={"code": code})
                time.sleep(WORKER_PAUSE_SECONDS)


def end_with_parent() -> None:
    """Run in a child: let the system kill it should its parent die without a word (Linux only).

    Without this, a supervisor killed by force leaves processes that go on answering on its port. By force,
    because a web process that is still starting lets SIGTERM pass; the database and the queue endure it.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class AddressTakenError(Exception):
    """Another program answers on HOST:PORT already."""


def require_free_address(host: str, port: int) -> None:
    """Raise AddressTakenError if something listens there.

    The server's own sockets share an address among processes, so a second server would not fail: the two would
    answer in turn, each from its own code and data.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise AddressTakenError(f"{host}:{port}: {error.strerror}") from error


def serve_until_stopped(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. The application is loaded already and holds no connection."""
    sys.stdout.write(
        f"Serving on {settings.public_base_url} (listening on {settings.host}:{settings.port})\n"
    )
    sys.stdout.flush()
    # Without the application context of the command line, which web processes must not inherit.
    contextvars.Context().run(_serve, settings)


def _serve(settings: Settings) -> None:
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server.mp import MPServer

    class SteadyServer(MPServer):
        """Goes on where granian would stop all of it: when a process dies twice within seconds."""

        def _respawn_workers(self, *arguments: Any, **options: Any) -> None:
            time.sleep(RESPAWN_PAUSE_SECONDS)
            super()._respawn_workers(*arguments, **options)
            self.respawned_wrks.clear()

    os.register_at_fork(after_in_child=end_with_parent)
    server = SteadyServer(
        WSGI_TARGET,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=1,
        http=HTTPModes.http1,
        websockets=False,
        backlog=BACKLOG,
        backpressure=BACKPRESSURE,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
        log_access=False,
        working_dir=ROOT,
    )
    worker = JobWorker()
    worker.start()
    gc.collect()
    gc.freeze()  # the collector would touch, and so copy, every page that the processes share
    try:
        server.serve()
    finally:
        worker.stop()
