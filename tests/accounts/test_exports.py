"""Archives of one's own data: whole, for that person alone, for a week."""

import importlib
import io
import json
import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from accounts.addresses import AddressFacts
from accounts.archives import ArchiveText, AreaFacts, write_archive
from accounts.errors import TooManyExportsError
from accounts.jobs.personal import delete_what_is_over, make_export
from accounts.models import AuditEvent
from accounts.models.personal import DataExport
from accounts.operations.addresses import add_address
from accounts.operations.exports import request_export
from core import clock as present
from core.db import db, transaction
from core.files import storage_for
from core.jobs.models import Job
from core.jobs.worker import Worker
from core.personal_data import PersonalFile
from tests.people import actor, browser_of, make_user

HOSTILE = '=HYPERLINK("http://x")<script>alert(1)</script>'


@pytest.fixture(autouse=True)
def _jobs(app):
    for module in app.extensions["job_modules"]:
        importlib.import_module(module)


@pytest.fixture
def user(db_session):
    user = make_user(name=HOSTILE)
    facts = AddressFacts(name=HOSTILE, phone="0912345678", province="vinh-long", commune="Phường Bến Tre")
    who = actor(user)
    with transaction():
        add_address(facts, str(uuid4()), by=who, now=present.now())
    return user


def ask(user):
    who = actor(user)
    with transaction():
        return request_export(by=who, now=present.now()).id


def kept_files(settings):
    return sorted(each.name for each in storage_for(settings).list_kept())


def test_the_archive_holds_every_area_to_read_and_for_programs(app, user):
    browser = browser_of(app, user)
    number = ask(user)
    Worker().run_until_empty()

    answer = browser.get(f"/account/data/exports/{number}")

    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="cho-ocop-2026-11-22.zip"'
    archive = ZipFile(io.BytesIO(answer.data))
    told = json.loads(archive.read("data.json"))
    assert told["areas"]["accounts.person"]["name"] == HOSTILE
    assert [each["commune"] for each in told["areas"]["accounts.addresses"]] == ["Phường Bến Tre"]
    assert {"accounts.sessions", "accounts.consents", "catalog.favourites", "catalog.inquiries"} <= set(
        told["areas"]
    )
    page = archive.read("data.html").decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "Những gì Chợ OCOP lưu về bạn" in page
    table = archive.read("tables/accounts.addresses.csv").decode("utf-8-sig")
    assert "\"'=HYPERLINK" in table


def test_an_archive_of_somebody_else_is_not_there(app, user):
    number = ask(user)
    Worker().run_until_empty()

    assert browser_of(app, make_user()).get(f"/account/data/exports/{number}").status_code == 404
    assert app.test_client().get(f"/account/data/exports/{number}").status_code == 303


def test_asking_and_fetching_need_a_fresh_proof(app, user, clock):
    number = ask(user)
    Worker().run_until_empty()
    browser = browser_of(app, user)
    app.config["WTF_CSRF_ENABLED"] = False
    clock.move(timedelta(minutes=11))

    fetched = browser.get(f"/account/data/exports/{number}")
    asked = browser.post("/account/data/exports")

    assert (fetched.status_code, asked.status_code) == (303, 303)
    assert "/sign-in/confirm" in fetched.location
    assert "/sign-in/confirm" in asked.location
    assert len(db.session.scalars(select(DataExport)).all()) == 1


def test_asking_twice_while_one_is_made_is_one_archive(user):
    assert ask(user) == ask(user)

    assert [each.name for each in db.session.scalars(select(Job))] == ["accounts.make_export"]
    assert [each.verb for each in db.session.scalars(select(AuditEvent))] == ["accounts.request_export"]


def test_three_a_day_are_made(user, clock):
    for _number in range(3):
        ask(user)
        Worker().run_until_empty()

    with pytest.raises(TooManyExportsError):
        ask(user)

    assert len(db.session.scalars(select(DataExport)).all()) == 3
    db.session.rollback()
    clock.move(timedelta(days=1))
    assert ask(user) == 4


def test_after_a_week_it_is_gone_from_page_and_storage(app, user, clock, settings):
    number = ask(user)
    Worker().run_until_empty()
    assert len(kept_files(settings)) == 1
    clock.move(timedelta(days=7))

    assert browser_of(app, user).get(f"/account/data/exports/{number}").status_code == 404
    clock.move(timedelta(minutes=1))
    delete_what_is_over()
    Worker().run_until_empty()

    assert kept_files(settings) == []
    assert db.session.get_one(DataExport, number).sha256 is None


def test_a_job_that_broke_off_and_one_begun_twice_leave_one_file(user, settings):
    number = ask(user)
    with transaction():
        export = db.session.get_one(DataExport, number)
        export.sha256, export.made_at = storage_for(settings).put(b"half an archive"), present.now()

    make_export(number)
    make_export(number)

    export = db.session.get_one(DataExport, number)
    assert kept_files(settings) == [export.sha256]
    assert export.byte_count == Path(storage_for(settings)._path(export.sha256)).stat().st_size


def test_half_an_archive_of_a_worker_that_was_killed_does_not_stay(db_session, settings, clock):
    half = settings.instance_dir / "making" / "tmp1" / "archive.zip"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"PK")
    begun = present.now().timestamp()
    os.utime(half.parent, (begun, begun))

    delete_what_is_over()
    assert half.exists()
    clock.move(timedelta(hours=7))
    delete_what_is_over()

    assert not half.parent.exists()


def test_names_of_files_stay_within_their_folder(tmp_path):
    target = tmp_path / "a.zip"
    file = PersonalFile("0" * 64, "../../etc/passwd\x00<b>.pdf")
    text = ArchiveText(language="vi", title="t", nothing="n", files="f")

    write_archive(
        target, [AreaFacts("a", "A", [])], text, present.now(), [(file, lambda: io.BytesIO(b"%PDF"))]
    )

    names = [each for each in ZipFile(target).namelist() if each.startswith("files/")]
    assert names == ["files/001-..-etc-passwd-b-.pdf"] or all(
        Path(each).parent == Path("files") for each in names
    )
