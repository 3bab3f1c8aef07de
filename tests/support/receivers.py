"""A system of a producer that takes messages: remembers what it was told, and fails as it is bidden."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class Receiver:
    """Answers each request by the next of `plan` (a status, «hang», «drop» or a function), then with 200.

    heard: (path, headers, body) of every request, in order.
    """

    def __init__(self) -> None:
        self.plan: list[Any] = []
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.said = b"ok"
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _handler(self) -> Callable[..., BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.heard.append((self.path, dict(self.headers), body))
                step = receiver.plan.pop(0) if receiver.plan else 200
                if step == "hang":
                    receiver._closing.wait(5)
                    return
                if step == "drop":
                    self.close_connection = True
                    return
                self.send_response(step)
                if step in {301, 302, 307}:
                    self.send_header("Location", receiver.url + "/elsewhere")
                self.send_header("Content-Length", str(len(receiver.said)))
                self.end_headers()
                self.wfile.write(receiver.said)

            def log_message(self, *_arguments: object) -> None:
                """Nothing on the terminal."""

        return Handler
