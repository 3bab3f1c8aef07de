"""Codes that people type or scan, and what they report of a stamp."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid4

from traceability.digital_link import parse_path

MESSAGE_MAX: Final = 2_000
CONTACT_MAX: Final = 100

_ADDRESS: Final = re.compile(r"\s*(?:https?:)?//[^\s]+\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TypedCode:
    """What somebody typed, pasted or scanned: a code, or an address of somebody else (`foreign_host`)."""

    code: str
    foreign_host: str | None


def read_code(typed: str, own_host: str) -> TypedCode:
    """The code in `typed`, be it alone or in an address of ours. own_host: of the printed addresses.

    An address of another host is never followed; its host is told so that the person sees where it would lead.
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
    link = parse_path(re.sub(r"^/en(?=/)", "", parts.path))
    return TypedCode((link.code if link else None) or unquote(parts.path.rpartition("/")[2]), None)


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
