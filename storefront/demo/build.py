"""Builds the demonstration: the real register, and beside it a shop of fictional producers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select

from catalog.facts import SourceFacts
from catalog.models import Producer, Product
from catalog.operations.evidence import ReadPaper, read_paper
from catalog.operations.register_import import import_register, wait_for_other_imports
from catalog.operations.sources import record_source
from catalog.register.layouts import parse_table
from catalog.spreadsheets import read_table
from core.clock import vietnam_date
from core.config import ROOT
from core.db import db
from core.errors import ConflictError
from core.files import Storage
from core.keys import KeyRing
from storefront.demo.buyers import FIRM_PAPER, build_buyer
from storefront.demo.documents import papers_of
from storefront.demo.fairs import build_fairs
from storefront.demo.goods import build_producer
from storefront.demo.offers import build_offers
from storefront.demo.papers import Paper, drawn
from storefront.demo.people import SignIns, build_people, drawn_sign_ins
from storefront.demo.plans import ProducerPlan, read_plans
from storefront.demo.samples import unissued_samples
from storefront.demo.site import BuildSite, Sample
from storefront.demo.trade import build_trade
from traceability.operations.diary_doubts import compare_diaries

REGISTER_FILE: Final = ROOT / "catalog" / "data" / "register.csv"

SOURCE: Final = SourceFacts(
    key="DEMO",
    publisher="Dữ liệu trình diễn (không phải cơ quan có thẩm quyền nào)",
    title="Bộ dữ liệu trình diễn kèm theo phần mềm: nhà sản xuất, quyết định và con số đều không có thật",
)


class DatabaseNotEmptyError(ConflictError):
    """The demonstration is built into an empty database only, and this one has producers or products."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """All that can be prepared without the database: the plans, their papers as PDF, the password of all people.

    firm_paper: of the trade buyer, drawn and stored.
    """

    plans: tuple[ProducerPlan, ...]
    contents: dict[Paper, bytes]
    sign_ins: SignIns
    firm_paper: ReadPaper


def is_empty() -> bool:
    """Whether the database has neither producers nor products."""
    return all(db.session.scalar(select(table.id).limit(1)) is None for table in (Producer, Product))


def prepared(now: datetime, *, files: Storage) -> Preparation:
    """Read the plans and draw their papers for a build at `now` into `files`, before any transaction is open."""
    plans = read_plans()
    contents = {paper: drawn(paper) for paper in papers_of(plans, vietnam_date(now))}
    firm_paper = read_paper(drawn(FIRM_PAPER), files=files)
    return Preparation(plans, contents, drawn_sign_ins(), firm_paper)


def build_demonstration(
    preparation: Preparation,
    *,
    files: Storage,
    keys: KeyRing,
    now: datetime,
    register: Path = REGISTER_FILE,
) -> Sequence[Sample]:
    """Record the register and the demonstration shop; answers codes to try, by what their pages say.

    now: the instant of `preparation` too. Raises DatabaseNotEmptyError if there is anything already,
    RegisterImportError if a row of the register cannot be recorded; the caller then gives up the transaction.
    """
    wait_for_other_imports()  # and builds, of which the second would else find the same empty database
    if not is_empty():
        raise DatabaseNotEmptyError
    _, rows = parse_table(read_table(register.read_bytes()))
    import_register(rows, now=now)
    site = BuildSite(now=now, files=files, contents=preparation.contents, source=record_source(SOURCE))
    for plan in preparation.plans:
        build_producer(site, plan)
    compare_diaries(now=now)
    people = build_people(preparation.sign_ins, keys, now=now)
    build_fairs(people["to-chuc"], people["chu-co-so"], now=now)
    build_trade(people["chu-co-so"], people["quan-tri"], now=now)
    build_offers(people["chu-co-so"], people["quan-tri"], now=now)
    build_buyer(
        people["nha-buon"],
        people["chu-co-so"],
        people["quan-tri"],
        preparation.firm_paper,
        files=files,
        now=now,
    )
    return (*site.samples, *unissued_samples(site.samples))
