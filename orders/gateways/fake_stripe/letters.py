"""Carrying the imitation's notices to the shop, as Stripe does: again until they arrive, late, doubled or shuffled."""

import queue
import random
import threading
from dataclasses import dataclass, field
from typing import Final

from core import clock
from core.errors import AppError
from core.net import NoAnswerError, post
from orders.stripe_signatures import sign

TRIES: Final = 5
PATIENCE_SECONDS: Final = 5.0


@dataclass(slots=True)
class Postman:
    """Takes letters and carries them on a thread of its own. copies: how often each is brought; delay_seconds: after
    which; is_shuffling: letters that wait together leave in any order.
    """

    url: str
    secret: str
    copies: int = 1
    delay_seconds: float = 0.0
    is_shuffling: bool = False
    _letters: "queue.SimpleQueue[bytes]" = field(default_factory=queue.SimpleQueue)
    _stop: threading.Event = field(default_factory=threading.Event)

    def take(self, raw: bytes) -> None:
        """Carry `raw`, when its turn comes."""
        for _ in range(self.copies):
            self._letters.put(raw)

    def begin(self) -> threading.Thread:
        """Carry letters from now on, until `stop`."""
        thread = threading.Thread(target=self._go, daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Carry no more."""
        self._stop.set()

    def _go(self) -> None:
        while not self._stop.is_set():
            bag = self._bag()
            if bag and self._stop.wait(self.delay_seconds):
                return
            bag += self._bag() if self.is_shuffling else []
            if self.is_shuffling:
                random.shuffle(bag)
            for raw in bag:
                self._deliver(raw)

    def _bag(self) -> list[bytes]:
        bag: list[bytes] = []
        try:
            bag.append(self._letters.get(timeout=0.2))
            while True:
                bag.append(self._letters.get_nowait())
        except queue.Empty:
            return bag

    def _deliver(self, raw: bytes) -> None:
        for attempt in range(TRIES):
            headers = {
                "Content-Type": "application/json",
                "Stripe-Signature": sign(raw, self.secret, at=clock.now()),
            }
            try:
                answer = post(self.url, raw, headers, timeout_seconds=PATIENCE_SECONDS, is_trusted=True)
                if answer.status == 200:
                    return
            except (NoAnswerError, AppError):
                pass
            if self._stop.wait(2.0**attempt):
                return
