"""Officers who act at the same moment: a decision ends once (C-06)."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from catalog.decision_facts import DecisionLine
from catalog.errors import AlreadyClosedError, ProposalDecidedError
from catalog.models import Certification, Document, Product
from catalog.models.office import OfficeClosure, Proposal, ProposalOutcome, ProposalRecord
from catalog.operations.decision_papers import keep_decision_paper
from catalog.operations.office_notes import close_matter
from catalog.operations.proposals import propose_recognition
from catalog.operations.releases import release_proposal, return_proposal, withdraw_proposal
from core import clock
from core.db import db, transaction
from core.errors import AppError
from core.files import storage_for
from tests.catalog.test_proposals import FACTS, scan
from tests.factories import make_product
from tests.people import VINH_LONG, actor, make_officer


def at_once(app, acts: list[Callable[[], object]]) -> Counter[str]:
    """Run all of `acts` at the same moment, each as a web thread would; how often each ended in what."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        with app.app_context():
            start.wait(timeout=20)
            try:
                with transaction():
                    act()
            except AppError as error:
                return type(error).__name__
            finally:
                db.session.remove()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(run, acts))


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def files(app):
    return storage_for(app.extensions["settings"])


@pytest.fixture
def proposal(db_session, files):
    """The number of a proposal of three products with 4 stars, and its proposer."""
    products = [make_product(certification=None) for _ in range(3)]
    first = make_officer()
    by = actor(first)
    with transaction():
        paper = keep_decision_paper(
            scan(files), title="QĐ", province_code=VINH_LONG, by=by, files=files, now=clock.now()
        )
        made = propose_recognition(
            FACTS,
            [DecisionLine(product_id=each.id, stars=4) for each in products],
            {each.id: db.session.get_one(Product, each.id) for each in products},
            paper,
            by=by,
            now=clock.now(),
            submission_key="race",
        )
        number = made.id
    return number, by


def test_of_eight_officers_who_release_at_once_one_does(app, proposal, files):
    number, _ = proposal
    others = [actor(make_officer()) for _ in range(8)]
    now = clock.now()

    ends = at_once(
        app, [lambda by=by: release_proposal(number, by=by, now=now, files=files) for by in others]
    )

    assert ends == {"done": 1, ProposalDecidedError.__name__: 7}
    assert [count(each) for each in (ProposalOutcome, ProposalRecord, Certification, Document)] == [
        1,
        3,
        3,
        1,
    ]


def test_released_returned_and_withdrawn_at_once_it_ends_in_one_way(app, proposal, files):
    number, proposer = proposal
    one, other = actor(make_officer()), actor(make_officer())
    now = clock.now()

    ends = at_once(
        app,
        [
            lambda: release_proposal(number, by=one, now=now, files=files),
            lambda: return_proposal(number, "sai", by=other, now=now),
            lambda: withdraw_proposal(number, by=proposer, now=now),
        ],
    )

    assert ends == {"done": 1, ProposalDecidedError.__name__: 2}
    db.session.rollback()
    [outcome] = db.session.scalars(select(ProposalOutcome.outcome))
    assert count(Certification) == (3 if outcome == "released" else 0)


def test_the_same_form_sent_twice_at_once_is_one_proposal(app, proposal, files):
    _, by = proposal
    product_id = db.session.scalar(select(Product.id).order_by(Product.id))
    now = clock.now()

    def send():
        paper = keep_decision_paper(
            scan(files), title="QĐ", province_code=VINH_LONG, by=by, files=files, now=now
        )
        propose_recognition(
            FACTS,
            [DecisionLine(product_id=product_id, stars=4)],
            {product_id: db.session.get_one(Product, product_id)},
            paper,
            by=by,
            now=now,
            submission_key="twice",
        )

    assert at_once(app, [send, send, send]) == {"done": 3}
    assert count(Proposal) == 2


def test_a_matter_closed_by_two_at_once_is_closed_once(app, db_session):
    one, other = actor(make_officer()), actor(make_officer())
    now = clock.now()

    ends = at_once(
        app,
        [
            lambda by=by: close_matter("finding:1", result="Đã xử lý", by=by, now=now)
            for by in (one, other, one, other)
        ],
    )

    assert ends == {"done": 1, AlreadyClosedError.__name__: 3}
    assert count(OfficeClosure) == 1
