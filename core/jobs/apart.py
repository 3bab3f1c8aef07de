"""Many rows of one job: each in a transaction of its own, and one that fails keeps no other back."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from core.db import transaction
from core.errors import AppError

log = logging.getLogger("core.jobs")


@contextmanager
def apart(fault: str, **facts: object) -> Iterator[None]:
    """A transaction for one row of many: what it refuses is undone and told in the log as `fault`, with `facts`."""
    try:
        with transaction():
            yield
    except AppError as error:
        log.exception(fault, extra=facts | {"fault": type(error).__name__})
