"""The one door to argon2: hashes of passwords. Counts what it computes, because each hash costs 19 MiB and 40 ms.

Parameters: Argon2id, 19 MiB, two passes, one lane. Source: OWASP Password Storage Cheat Sheet (the least it advises);
more would let a handful of sign-ins at once keep both cores of a small server busy (docs/decisions/0016).
"""

from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.text import nfc

MEMORY_KIB: Final = 19_456
PASSES: Final = 2
LANES: Final = 1

# A hash of nothing that anybody knows, with the parameters above: checked where there is no account, so that the time
# of an answer tells nothing.
DUMMY_HASH: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$gebWq3V7+O4aZNchaXi/EA$qJlAoZ8jrQ50PwsfYB4Fupdd1CRNDq0F/Ze/tIa9iKk"
)


class Hasher:
    """Hashes and checks; computed: how many hashes were computed since the start of the process."""

    def __init__(self) -> None:
        self._argon2 = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        self.computed = 0

    def hash(self, password: str) -> str:
        """A hash to store, with its parameters and a salt of its own."""
        self.computed += 1
        return self._argon2.hash(nfc(password))

    def is_right(self, password: str, stored: str | None) -> bool:
        """Whether `password` is the one of `stored`. Without one the same work is done, and the answer is no."""
        self.computed += 1
        try:
            self._argon2.verify(stored or DUMMY_HASH, nfc(password))
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether `stored` was made with other parameters than today's."""
        return self._argon2.check_needs_rehash(stored)


hasher: Final = Hasher()
