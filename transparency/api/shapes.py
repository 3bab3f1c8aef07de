"""What the answers about the log hold. Hashes are 64 hexadecimal digits; instants are UTC.

The texts under the fields are what the OpenAPI document says of them.
"""

from typing import Any

# pydantic, which makes the OpenAPI document, reads no TypedDict of the standard library before Python 3.12.
from typing_extensions import TypedDict


class LogRootJson(TypedDict):
    """The state of the log now: whoever notes it down can later tell whether anything before it was changed."""

    size: int
    """How many entries there are."""
    root: str
    """Hash over all of them (RFC 6962, section 2.1)."""


class LogEntryJson(TypedDict):
    """One entry."""

    seq: int
    """Its place in the log, from 0."""
    kind: str
    """What happened, such as `certification.recorded`."""
    subject: str
    """The record that it is, such as `certification:12`."""
    recorded_at: str
    """When it was entered."""
    facts: dict[str, Any]
    """What is on record of it; `called` is how the product was called then."""
    leaf: str
    """The entry as it is hashed: canonical JSON (RFC 8785). `leaf_hash` is SHA-256 of a zero byte and these bytes."""
    leaf_hash: str
    """Hash of the entry."""


class LogEntriesJson(TypedDict):
    """Entries in their order."""

    size: int
    """How many entries the whole log has."""
    items: list[LogEntryJson]
    """Up to 100 entries from `start` on."""


class InclusionProofJson(LogEntryJson):
    """One entry with the proof that it is in the log (RFC 6962, section 2.1.1)."""

    size: int
    """Size of the log that the proof is about."""
    root: str
    """Root of the log of that size."""
    proof: list[str]
    """Hashes beside the way from the entry to the root, from the entry up."""


class ConsistencyProofJson(TypedDict):
    """Proof that the log begins with what it was at an earlier size (RFC 6962, section 2.1.2)."""

    old_size: int
    """The earlier size."""
    old_root: str
    """Root of the log when it had that size."""
    size: int
    """The present size."""
    root: str
    """The present root."""
    proof: list[str]
    """Hashes of the proof, in the order of the standard."""
