"""Codes that people type or scan, and what they report of a stamp."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from traceability.digital_link import parse_path
from traceability.seals import SEAL_LENGTH

MESSAGE_MAX: Final = 2_000
CONTACT_MAX: Final = 100

_ADDRESS: Final = re.compile(r"\s*(?:https?:)?//[^\s]+\s*", re.IGNORECASE)
_OF_STAMP: Final = re.compile(
    rf"(?:/en(?=/))?(?:/[0-9a-z]{{{SEAL_LENGTH}}}(?=/))?(?P<named>/(?:01|t)/.+)", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class TypedCode:
    """What somebody typed, pasted or scanned: a code, or an address.

    code: empty if there is none. foreign_host: of an address of somebody else. path: of an address of a stamp of ours,
    as it stood there, with its language and seal.
    """

    code: str
    foreign_host: str | None
    path: str | None = None


def read_code(typed: str, own_host: str) -> TypedCode:
    """The code in `typed`, be it alone or in an address of ours. own_host: of the printed addresses.

    An address of another host is never followed; its host is told so that the person sees where it would lead. One of
    ours that is no stamp's has no code, whatever stands at its end.
    """
    if not _ADDRESS.fullmatch(typed):
        return TypedCode(typed.strip(), None)
    try:
        parts = urlsplit(typed.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        return TypedCode("", typed.strip()[:60])
    if host != own_host.lower():
        return TypedCode("", host)
    found = _OF_STAMP.fullmatch(parts.path)
    link = parse_path(found["named"]) if found else None
    return TypedCode((link.code if link else None) or "", None, parts.path if found else None)


@dataclass(frozen=True, slots=True)
class ReportForm:
    """A report about a stamp. submission_key: made with the empty form, so that sending twice is one report."""

    submission_key: str
    message: str
    contact: str

    @classmethod
    def empty(cls) -> "ReportForm":
        """A form to be filled in."""
        return cls(str(uuid4()), "", "")

    @classmethod
    def parse(cls, sent: Mapping[str, str]) -> "ReportForm":
        """What was sent. A key that is none is replaced: the report counts as a new one."""
        try:
            key = str(UUID(sent.get("submission_key", "")))
        except ValueError:
            key = str(uuid4())
        return cls(key, sent.get("message", ""), sent.get("contact", ""))
