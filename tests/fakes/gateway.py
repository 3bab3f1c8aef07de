"""A gateway of messages that remembers, and that can delay, fail and repeat."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch

from core.messages.gateways import GatewayError, Letter


@dataclass
class FakeGateway:
    """Takes every letter into `taken`, unless told otherwise.

    failures: errors raised by the next tries, one each. held: letters that were taken but wait for `deliver`.
    fails_after_taking: the next try takes the letter and then breaks, as when the line is cut before the answer.
    """

    taken: list[Letter] = field(default_factory=list)
    held: list[Letter] = field(default_factory=list)
    failures: list[GatewayError] = field(default_factory=list)
    tries: int = 0
    is_holding: bool = False
    fails_after_taking: bool = False
    before: Callable[[Letter], None] | None = None

    def send(self, letter: Letter) -> None:
        self.tries += 1
        if self.before is not None:
            self.before(letter)
        if self.failures:
            raise self.failures.pop(0)
        (self.held if self.is_holding else self.taken).append(letter)
        if self.fails_after_taking:
            self.fails_after_taking = False
            raise GatewayError("the line was cut")

    def deliver(self) -> None:
        """Let go what was held."""
        self.taken += self.held
        self.held.clear()

    def last(self) -> Letter:
        return self.taken[-1]

    def sent_to(self, address: str) -> list[Letter]:
        return [letter for letter in self.taken if letter.to == address]


@contextmanager
def fake_gateway() -> Iterator[FakeGateway]:
    """All channels lead to one fake while the block runs."""
    fake = FakeGateway()
    with patch("core.messages.jobs.gateway_for", lambda *_arguments: fake):
        yield fake
