"""A suspicion with a photograph: drawn anew, seen by officers of the area alone, gone with the report."""

import io
import re
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from core import clock as present
from core.db import db, transaction
from core.files import storage_for
from tests.papers import a_pdf, a_photo
from tests.people import browser_of, make_officer
from traceability.models import StampReport
from traceability.operations.personal_facts import OldContacts
from traceability.queries.runs import get_stamp

VINH_LONG = "86"


def send(client, code, content, name="tem.jpg", **words):
    page = client.get(f"/T/{code}/report").text
    hidden = dict(re.findall(r'name="(csrf_token|submission_key)" value="([^"]+)"', page))
    sent = hidden | {"message": "Tem dán đè", "photo": (io.BytesIO(content), name)} | words
    return client.post(f"/T/{code}/report", data=sent, content_type="multipart/form-data")


def photo_with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Camera of a neighbour"
    return a_photo(900, 700, exif=exif.tobytes())


def test_a_photograph_is_drawn_anew_and_stays_out_of_sight(app, client, make_stamp):
    code = make_stamp()

    answer = send(client, code, photo_with_place())

    report = db.session.scalars(select(StampReport)).one()
    with storage_for(app.extensions["settings"]).open(report.photo_sha256) as kept:
        content = kept.read()
    assert answer.status_code == 303
    assert content[8:12] == b"WEBP"
    assert b"neighbour" not in content
    assert client.get(f"/office/reports/{report.id}/photo").status_code in {302, 303, 401}


@pytest.mark.parametrize(
    ("content", "reason"),
    [(a_pdf(), "PDF"), (b"\xff\xd8\xff" + b"0" * 400, "hỏng"), (b"<svg/>", "SVG"), (a_photo(40, 40), "nhỏ")],
)
def test_what_is_no_photograph_is_refused_with_a_reason_and_nothing_is_kept(
    client, make_stamp, content, reason
):
    answer = send(client, make_stamp(), content)

    assert answer.status_code == 422
    assert reason in answer.text
    assert "Tem dán đè" in answer.text
    assert db.session.scalars(select(StampReport)).all() == []


def test_officers_of_the_area_see_the_photograph_and_nobody_else(app, client, make_stamp):
    code = make_stamp()
    send(client, code, a_photo())
    report = db.session.scalars(select(StampReport)).one()
    path = f"/office/reports/{report.id}/photo"
    province = get_stamp(code).run.lot.product.producer.place.current_province_code
    own, other = (make_officer(province_code=each) for each in (province, VINH_LONG))

    seen, refused = (browser_of(app, each).get(path) for each in (own, other))

    assert (seen.status_code, seen.content_type) == (200, "image/webp")
    assert "sandbox" in seen.headers["Content-Security-Policy"]
    assert seen.headers["Cache-Control"] == "no-store"
    assert refused.status_code == 404


def test_after_thirteen_months_contact_and_photograph_are_gone_and_the_words_stay(client, make_stamp, clock):
    send(client, make_stamp(), a_photo(), contact="0912 345 678")
    clock.move(timedelta(days=397))

    with transaction():
        deleted = OldContacts().delete_older(present.now() - timedelta(days=396))

    report = db.session.scalars(select(StampReport)).one()
    assert deleted == 1
    assert (report.contact, report.photo_sha256, report.message) == (None, None, "Tem dán đè")
