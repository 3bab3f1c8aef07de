"""A small client: fetches paths over a few kept-alive connections and refuses surprising answers."""

import http.client
from collections.abc import Iterable

CONNECTIONS = 4


class UnexpectedAnswerError(Exception):
    """A benchmark page did not answer as it should: the figure would measure something else."""


def fetch_all(
    port: int, paths: Iterable[str], headers: dict[str, str] | None = None, status: int = 200
) -> int:
    """GET every path, spread over `CONNECTIONS` connections (so over both workers); returns how many."""
    connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(CONNECTIONS)]
    count = 0
    for path in paths:
        connection = connections[count % CONNECTIONS]
        connection.request("GET", path, headers=headers or {})
        response = connection.getresponse()
        response.read()
        if response.status != status:
            raise UnexpectedAnswerError(f"{path} answered {response.status}, not {status}")
        count += 1
    for connection in connections:
        connection.close()
    return count
