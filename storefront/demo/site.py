"""What every part of a build needs: when it happens, where papers go, and what it leaves to be tried."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from catalog.models import Document, Source
from catalog.operations.documents import store_document
from core.clock import vietnam_date
from core.files import Storage
from storefront.demo.papers import Paper
from traceability.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Sample:
    """A code to try. verdict: what its page says. path: after the address of the site, `/T/7K3Q…`."""

    verdict: Verdict
    product: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSite:
    """One build. now: the instant of everything recorded. contents: the bytes of each paper, drawn before."""

    now: datetime
    files: Storage
    contents: Mapping[Paper, bytes]
    source: Source
    samples: list[Sample] = field(default_factory=list)

    @property
    def day(self) -> date:
        """The day of the build in Vietnam."""
        return vietnam_date(self.now)

    def kept(self, paper: Paper) -> Document:
        """The stored document of `paper`."""
        return store_document(self.contents[paper], title=paper.title, files=self.files, now=self.now)
