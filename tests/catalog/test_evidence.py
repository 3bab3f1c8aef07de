"""Private papers: read apart, kept, found only by those who may."""

import io

import pytest
from PIL import Image
from sqlalchemy import func, select

from accounts.errors import NotYoursError
from accounts.models import AuditEvent
from catalog.jobs.media import draw_evidence_pages
from catalog.models import Document
from catalog.models.evidence import EvidenceFile, EvidencePage
from catalog.operations.documents import store_document
from catalog.operations.evidence import keep_evidence, read_paper
from catalog.queries.evidence import get_office_evidence, get_own_evidence
from core import clock
from core.db import db, transaction
from core.files import storage_for
from core.media.errors import InvalidMediaError, MediaFault
from tests import people
from tests.factories import make_producer
from tests.papers import a_pdf, a_photo

pytestmark = pytest.mark.once  # about papers and pictures: the same with every database


@pytest.fixture
def files(settings):
    return storage_for(settings)


@pytest.fixture
def producer(db_session):
    return make_producer()


@pytest.fixture
def owner(producer):
    return people.make_member(producer)


def kept(files, content, *, by, producer, **facts):
    paper = read_paper(content, files=files)
    with transaction():
        evidence = keep_evidence(
            paper,
            title="Giấy VSATTP",
            producer_id=producer.id if producer else None,
            by=people.actor(by),
            files=files,
            now=clock.now(),
            **facts,
        )
        return evidence.id


def test_a_pdf_becomes_pictures_of_its_pages(app, files, producer, owner):
    number = kept(files, a_pdf(2), by=owner, producer=producer)

    evidence = db.session.get_one(EvidenceFile, number)
    assert (evidence.media_type, evidence.page_count, len(evidence.sha256)) == ("application/pdf", 2, 64)
    assert [page.number for page in evidence.pages] == [1, 2]
    with files.open(evidence.pages[0].sha256) as page, Image.open(io.BytesIO(page.read())) as picture:
        assert (picture.format, picture.size) == ("WEBP", (evidence.pages[0].width, evidence.pages[0].height))


@pytest.mark.once
def test_pages_beyond_the_first_are_drawn_by_the_job_once(app, files, producer, owner):
    number = kept(files, a_pdf(14), by=owner, producer=producer)
    assert db.session.scalar(select(func.count()).select_from(EvidencePage)) == 3

    draw_evidence_pages(number)
    draw_evidence_pages(number)

    assert db.session.scalars(select(EvidencePage.number).order_by(EvidencePage.number)).all() == [
        *range(1, 15)
    ]


def test_the_same_paper_again_is_the_same_row_but_never_somebody_elses(app, files, producer, owner):
    other = make_producer()
    other_owner = people.make_member(other)

    first = kept(files, a_pdf(), by=owner, producer=producer)
    again = kept(files, a_pdf(), by=owner, producer=producer)
    elsewhere = kept(files, a_pdf(), by=other_owner, producer=other)

    assert first == again
    assert elsewhere != first


def test_a_private_paper_is_at_no_public_address_and_publishing_the_same_bytes_tells_nothing_of_it(
    app, client, files, producer, owner
):
    content = a_pdf()
    number = kept(files, content, by=owner, producer=producer)
    sha256 = db.session.get_one(EvidenceFile, number).sha256
    assert client.get(f"/documents/{sha256}").status_code == 404

    with transaction():
        store_document(content, title="Quyết định", files=files, now=clock.now())

    assert client.get(f"/documents/{sha256}").status_code == 200
    assert db.session.scalar(select(Document.title)) == "Quyết định"
    assert client.get(f"/office/evidence/{number}/pages/1").status_code == 303


def test_what_cannot_be_read_leaves_nothing(app, files, producer, owner):
    with pytest.raises(InvalidMediaError) as refused:
        read_paper(b"%PDF-1.7\nno pages\n%%EOF", files=files)

    assert refused.value.reason == MediaFault.BROKEN
    assert list(files.list_kept()) == []


def test_officers_see_papers_of_their_area_only(app, files, producer, owner):
    number = kept(files, a_pdf(), by=owner, producer=producer)
    inside = people.actor(people.make_officer())
    commune = people.actor(people.make_officer("commune", commune_code="28789"))
    outsiders = [
        people.actor(people.make_officer(province_code=people.LAO_CAI)),
        people.actor(people.make_officer("commune", commune_code="28790")),
        people.actor(people.make_administrator()),
    ]

    assert get_office_evidence(inside, number).id == number
    assert get_office_evidence(commune, number).id == number
    assert get_office_evidence(people.actor(people.make_officer("nation")), number).id == number
    for outsider in outsiders:
        with pytest.raises(NotYoursError):
            get_office_evidence(outsider, number)


def test_a_paper_without_producer_lies_in_the_province_it_was_kept_for(app, files, db_session):
    giver = people.make_user()
    number = kept(files, a_pdf(), by=giver, producer=None, province_code=people.VINH_LONG)

    assert get_office_evidence(people.actor(people.make_officer()), number).id == number
    for outsider in (
        people.make_officer(province_code=people.LAO_CAI),
        people.make_officer("commune", commune_code="28789"),
        people.make_user(),
    ):
        with pytest.raises(NotYoursError):
            get_office_evidence(people.actor(outsider), number)


def test_members_see_their_own_papers_but_not_what_a_stranger_gave_to_officers(app, files, producer, owner):
    stranger = people.make_user()
    own = kept(files, a_pdf(), by=owner, producer=producer)
    claim = kept(files, a_photo(), by=stranger, producer=producer, is_for_members=False)
    other = make_producer()
    rival = people.actor(people.make_member(other))

    assert get_own_evidence(people.actor(owner), producer.id, own).id == own
    for actor, producer_id, number in (
        (people.actor(owner), producer.id, claim),
        (rival, producer.id, own),
        (rival, other.id, own),
        (people.actor(stranger), producer.id, claim),
    ):
        with pytest.raises(NotYoursError):
            get_own_evidence(actor, producer_id, number)


def test_a_page_is_a_picture_that_may_not_run_and_is_kept_nowhere(app, files, producer, owner):
    number = kept(files, a_pdf(5), by=owner, producer=producer)
    browser = people.browser_of(app, people.make_officer())

    first = browser.get(f"/office/evidence/{number}/pages/1")
    not_drawn_yet = browser.get(f"/office/evidence/{number}/pages/5")

    for answer in (first, not_drawn_yet):
        assert (answer.status_code, answer.content_type) == (200, "image/webp")
        assert answer.data[8:12] == b"WEBP"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert browser.get(f"/office/evidence/{number}/pages/6").status_code == 404
    assert browser.get(f"/office/evidence/{number}/pages/0").status_code == 404


def test_the_file_itself_is_only_to_be_taken_away_by_officers_and_that_is_noted(app, files, producer, owner):
    content = a_pdf()
    number = kept(files, content, by=owner, producer=producer)
    officer = people.make_officer()

    answer = people.browser_of(app, officer).get(f"/office/evidence/{number}/original")

    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert people.browser_of(app, owner).get(f"/office/evidence/{number}/original").status_code == 404
    noted = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert (noted.verb, noted.actor_id, noted.subject) == (
        "catalog.take_original",
        officer.id,
        f"evidence:{number}",
    )


def test_a_lost_or_changed_file_is_told_in_words(app, files, producer, owner, settings):
    number = kept(files, a_pdf(5), by=owner, producer=producer)
    browser = people.browser_of(app, people.make_officer())
    evidence = db.session.get_one(EvidenceFile, number)
    files._path(evidence.sha256).write_bytes(b"another content")

    assert browser.get(f"/office/evidence/{number}/original").status_code == 404
    assert "Tài liệu tạm thời không xem được" in browser.get(f"/office/evidence/{number}/pages/5").text
    assert browser.get(f"/office/evidence/{number}/pages/1").status_code == 200
