"""Files and the rows that name them: what is left over is cleared away, what is used never."""

import io
import os
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select

from catalog.invariants.register import files_and_rows
from catalog.jobs.media import clear_files, delete_orphans
from catalog.models.pictures import Picture, PictureFile
from catalog.operations.evidence import keep_evidence, read_paper
from catalog.operations.pictures import add_picture, draw_picture, lay_back_picture, remove_picture
from core import clock as present
from core.db import db, transaction
from core.files import storage_for
from tests.factories import make_product
from tests.papers import a_pdf, a_photo, encoded

DAY = timedelta(days=1)


@pytest.fixture
def files(settings):
    return storage_for(settings)


@pytest.fixture
def product(db_session):
    return make_product()


def age(files, by):
    """Let every kept file be as old as that, by the clock of the test."""
    for kept in list(files.list_kept()):
        at = (present.now() - by).timestamp()
        os.utime(files._path(kept.name), (at, at))


def shown(product, files, level=90):
    stored = draw_picture(encoded(Image.new("RGB", (480, 360), (level, 90, 40))), files=files)
    with transaction():
        return add_picture(product, stored, by=None, now=present.now()).id


def test_only_files_without_a_row_go_and_only_after_a_day(app, product, files):
    shown(product, files)
    paper = read_paper(a_pdf(), files=files)
    with transaction():
        keep_evidence(paper, title="Giấy", producer_id=None, by=None, files=files, now=present.now())
    used = {kept.name for kept in files.list_kept()}
    draw_picture(a_photo(), files=files)  # the row never came
    everything = {kept.name for kept in files.list_kept()}
    age(files, timedelta(hours=23))

    assert delete_orphans() == 0
    assert {kept.name for kept in files.list_kept()} == everything
    age(files, timedelta(hours=25))
    assert {fault["sha256"] for fault in files_and_rows()} == everything - used

    assert delete_orphans() == len(everything - used) > 0
    assert {kept.name for kept in files.list_kept()} == used
    assert list(files_and_rows()) == []
    assert delete_orphans() == 0


def test_a_picture_taken_away_goes_after_thirty_days_and_not_before(app, product, files, clock):
    number = shown(product, files)
    clock.move(DAY)
    with transaction():
        remove_picture(product, number, by=None, now=present.now())
    clock.move(DAY * 29)
    age(files, DAY * 2)

    clear_files()

    assert db.session.scalar(select(func.count()).select_from(PictureFile)) == 9
    with transaction():
        lay_back_picture(product, number, by=None, now=present.now())
        remove_picture(product, number, by=None, now=present.now())
    clock.move(DAY * 31)
    age(files, DAY * 2)
    clear_files()
    assert db.session.scalar(select(func.count()).select_from(Picture)) == 0
    assert list(files.list_kept()) == []


def test_a_picture_that_another_product_shows_stays(app, product, files, clock):
    other = make_product()
    number = shown(product, files)
    shown(other, files)
    with transaction():
        remove_picture(product, number, by=None, now=present.now())
    clock.move(DAY * 40)
    age(files, DAY * 2)

    clear_files()

    assert db.session.scalar(select(func.count()).select_from(PictureFile)) == 9
    assert list(files_and_rows()) == []


def test_a_lost_or_changed_file_is_found(app, product, files):
    shown(product, files)
    lost, changed = (row.sha256 for row in db.session.scalars(select(PictureFile).limit(2)))
    files._path(lost).unlink()
    files._path(changed).write_bytes(b"another")

    assert sorted((fault["sha256"], fault["fault"]) for fault in files_and_rows()) == sorted(
        [
            (lost, "the file is missing"),
            (changed, "the file has another content"),
        ]
    )


def test_a_file_cleared_too_early_comes_back_when_it_is_sent_again(app, product, files):
    content = a_photo()
    draw_picture(content, files=files)
    age(files, DAY * 2)
    delete_orphans()

    stored = draw_picture(content, files=files)

    with files.open(stored.files[0].sha256) as file, Image.open(io.BytesIO(file.read())) as picture:
        assert picture.width == stored.files[0].width
