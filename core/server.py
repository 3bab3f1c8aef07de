"""The production server: granian with its web processes, and the job worker beside them.

`flask serve` prepares everything and then becomes this program (exec): the supervisor stays small because it
never imports the application. One thread per web process: several would only contend for the interpreter.
"""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Final

from core.config import ROOT, Settings, load_settings_or_stop
from core.logs import set_up_logs

log = logging.getLogger("core.server")

WSGI_TARGET: Final = "wsgi:app"
BACKLOG: Final = 1024
# Requests that one web process takes in at once; the rest waits in the socket's queue.
BACKPRESSURE: Final = 64
WORKER_PAUSE_SECONDS: Final = 2.0
STOP_SECONDS: Final = 10
PR_SET_PDEATHSIG: Final = 1  # Source: prctl(2), <linux/prctl.h>


def replace_by_server(settings: Settings) -> None:
    """Become the server. Does not return."""
    sys.stdout.write(
        f"Serving on {settings.public_base_url} (listening on {settings.host}:{settings.port})\n"
    )
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "core.server"])  # noqa: S606


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


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = load_settings_or_stop()
    set_up_logs(settings.log_level, settings.log_format)
    sys.path.insert(0, str(ROOT))
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    os.register_at_fork(after_in_child=end_with_parent)
    worker = JobWorker()
    server = Server(
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
    worker.start()
    try:
        server.serve()
    finally:
        worker.stop()


if __name__ == "__main__":
    main()
