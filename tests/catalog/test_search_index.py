"""The index on disk: lost, damaged, killed while building, built by two, and never needed for a right answer."""

import json
import random
import shutil
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text

from catalog.invariants import register as invariants
from catalog.jobs import search_index as jobs
from catalog.operations import indexing
from catalog.operations.indexing import Outcome, bring_index_up_to_date, prune_changes, rebuild_index
from catalog.queries import text_index
from catalog.queries.columns import get_columns
from catalog.queries.listing import ListingCriteria, get_listing
from catalog.queries.text_index import get_word_sets, search_generation
from catalog.queries.word_sets import IndexedSets, StoredSets
from catalog.search.folders import (
    IndexBusyError,
    IndexDamagedError,
    building,
    is_lost,
    present_folder,
    read_manifest,
    use_root,
)
from catalog.search.reading import open_present
from core.db import db, transaction
from core.invariants import check_all
from core.jobs.models import Job
from tests.factories import make_product

TODAY = date(2026, 11, 22)
SEED = 6


@pytest.fixture
def root(instance_dir, db_session, monkeypatch):
    """The folder of indexes, with one of three products in it; nobody waits before looking again."""
    monkeypatch.setattr(text_index, "LOOK_SECONDS", 0.0)
    for name in ("Nước mắm cá cơm", "Cà phê bột", "Gạo nếp"):
        make_product(name=name)
    rebuild_index(wait_seconds=0)
    return instance_dir / "search"


def names(q):
    columns = get_columns(TODAY)
    found = get_listing(ListingCriteria(q=q), TODAY).product_ids
    return [columns.names[columns.find_position(product_id)] for product_id in found]


def sets():
    return get_word_sets(get_columns(TODAY))


def file_like(root, ending):
    return next(path for path in present_folder(root).iterdir() if path.name.endswith(ending))


def remove_root(root):
    shutil.rmtree(root)


def remove_folder(root):
    shutil.rmtree(present_folder(root))


def point_nowhere(root):
    (root / "current").write_text("../../etc")


def truncate(ending):
    def damage(root):
        path = file_like(root, ending)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    return damage


def fill_with_garbage(ending):
    def damage(root):
        path = file_like(root, ending)
        path.write_bytes(random.Random(SEED).randbytes(path.stat().st_size))

    return damage


def remove_file(ending):
    return lambda root: file_like(root, ending).unlink()


def write_other_version(root):
    path = present_folder(root) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema": "1.other"}))


DAMAGES = {
    "no folder": remove_root,
    "pointer to nothing": remove_folder,
    "pointer elsewhere": point_nowhere,
    "truncated postings": truncate(".pst"),
    "truncated terms": truncate(".trm"),
    "truncated entries": truncate("entries"),
    "garbage in the table of contents": fill_with_garbage(".toc"),
    "garbage in postings": fill_with_garbage(".pst"),
    "no table of contents": remove_file(".toc"),
    "no manifest": remove_file("manifest.json"),
    "empty manifest": truncate("manifest.json"),
    "another version": write_other_version,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_is_noticed_done_without_and_built_anew(root, caplog, damage):
    DAMAGES[damage](root)

    assert names("nuoc mam") == ["Nước mắm cá cơm"]
    assert isinstance(sets(), StoredSets)
    assert "search index cannot be used" in caplog.text
    assert is_lost(root)

    assert bring_index_up_to_date(wait_seconds=0) is Outcome.BUILT
    assert isinstance(sets(), IndexedSets)
    assert names("nuoc mam") == ["Nước mắm cá cơm"]
    assert not is_lost(root)


def test_damage_under_an_open_index_is_noticed_when_it_is_read(root):
    assert isinstance(sets(), IndexedSets)
    file_like(root, ".pst").write_bytes(b"")

    assert names("ca phe") == ["Cà phê bột"]
    assert isinstance(sets(), StoredSets)


def test_an_index_that_is_taken_away_while_open_still_answers(root):
    assert isinstance(sets(), IndexedSets)
    shutil.rmtree(root)

    assert names("gao nep") == ["Gạo nếp"]


def test_a_folder_that_takes_no_writes_harms_no_search(root, monkeypatch):
    def refuse(*_arguments, **_options):
        raise PermissionError

    shutil.rmtree(root)
    monkeypatch.setattr(Path, "mkdir", refuse)

    assert names("gao nep") == ["Gạo nếp"]


def test_without_a_folder_of_its_own_a_database_is_searched_by_column(root, settings):
    use_root(settings.database_url, root / "elsewhere")

    assert names("gao nep") == ["Gạo nếp"]


def test_the_page_that_misses_the_index_asks_for_it_once(root):
    shutil.rmtree(root)
    names("gao nep")

    jobs.see_to_index()
    jobs.see_to_index()

    asked = db.session.scalars(select(Job.name).where(Job.name == indexing.INDEX_JOB)).all()
    assert asked == [indexing.INDEX_JOB]


def test_pages_found_another_way_are_kept_apart(root):
    names("gao nep")
    with_index = search_generation()
    shutil.rmtree(present_folder(root))
    file = root / "current"
    file.write_text("0")
    make_product(name="Gạo tẻ")

    names("gao te")
    rebuild_index(wait_seconds=0)
    names("gao te")

    assert search_generation() > with_index


def test_an_index_of_another_database_is_refused(root):
    with transaction():
        db.session.execute(text("UPDATE catalog_change SET product_id = 4711"))

    assert isinstance(sets(), StoredSets)
    assert bring_index_up_to_date(wait_seconds=0) is Outcome.BUILT


def test_a_database_put_back_to_an_earlier_day_is_noticed(root):
    with transaction():
        db.session.execute(text("DELETE FROM catalog_change WHERE seq > 2"))

    assert isinstance(sets(), StoredSets)


def test_prices_and_stock_leave_the_index_good_and_a_new_name_calls_for_another(root):
    with transaction():
        db.session.execute(text("UPDATE variant SET on_hand = 3, price_vnd = 5000"))
    before = present_folder(root)

    assert bring_index_up_to_date(wait_seconds=0) is Outcome.GOOD
    assert present_folder(root) == before

    make_product(name="Mật ong")
    assert names("mat ong") == ["Mật ong"]
    assert bring_index_up_to_date(wait_seconds=0) is Outcome.BUILT
    assert present_folder(root) != before
    assert names("mat ong") == ["Mật ong"]


def test_a_large_index_lags_a_little_and_is_right_all_the_same(root, monkeypatch):
    monkeypatch.setattr(indexing, "SMALL", 0)
    make_product(name="Mật ong")

    assert bring_index_up_to_date(wait_seconds=0) is Outcome.GOOD
    assert names("mat ong") == ["Mật ong"]

    monkeypatch.setattr(indexing, "LATER_ALLOWED", 0)
    assert bring_index_up_to_date(wait_seconds=0) is Outcome.BUILT


def test_many_changes_without_a_word_in_them_move_the_mark(root, monkeypatch):
    monkeypatch.setattr(indexing, "SEQ_LAG_ALLOWED", 0)
    with transaction():
        db.session.execute(text("UPDATE variant SET on_hand = 3"))

    assert bring_index_up_to_date(wait_seconds=0) is Outcome.ADVANCED

    assert read_manifest(present_folder(root)).seq == get_columns(TODAY).seq
    assert isinstance(sets(), IndexedSets)
    assert names("ca phe") == ["Cà phê bột"]


def test_an_index_too_far_behind_is_not_used(root, monkeypatch):
    monkeypatch.setattr(text_index, "LATER_MAX", 1)
    with transaction():
        db.session.execute(text("UPDATE product SET name = name || ' mới'"))

    assert names("gao nep") == ["Gạo nếp mới"] or isinstance(sets(), StoredSets)
    assert isinstance(sets(), StoredSets)


def test_pruning_keeps_the_end_of_the_feed(root, monkeypatch):
    monkeypatch.setattr(indexing, "CHANGES_KEPT", 2)
    last = get_columns(TODAY).seq

    with transaction():
        assert prune_changes() > 0

    assert db.session.scalars(text("SELECT seq FROM catalog_change ORDER BY seq")).all() == [last - 1, last]


def test_only_one_builds_and_the_other_is_told(root):
    before = present_folder(root)

    with building(root, 0), pytest.raises(IndexBusyError):
        rebuild_index(wait_seconds=0)

    assert present_folder(root) == before


def test_the_job_leaves_the_work_to_who_does_it_already(root, monkeypatch):
    monkeypatch.setattr(jobs, "_BUSY_SECONDS", 0.0)
    make_product(name="Mật ong")

    with building(root, 0):
        jobs.index_products()

    jobs.index_products()
    assert read_manifest(present_folder(root)).entry_count == 4


def test_a_reader_keeps_its_index_while_another_is_built_and_swept(root):
    index = open_present(root)
    for _ in range(3):
        rebuild_index(wait_seconds=0)

    assert index.documents("name", "gao") == [2]
    index.close()


def test_what_killed_builders_left_is_swept(root):
    (root / "deadbeef").mkdir()
    (root / "deadbeef" / "half").write_text("an index")

    rebuild_index(wait_seconds=0)

    assert not (root / "deadbeef").exists()


def test_the_folder_is_for_its_owner_alone(root):
    assert root.stat().st_mode & 0o777 == 0o700
    assert present_folder(root).stat().st_mode & 0o777 == 0o700


def test_no_index_at_all_says_so(tmp_path):
    with pytest.raises(IndexDamagedError):
        open_present(tmp_path)


def test_the_command_builds_and_tells(root, runner):
    shutil.rmtree(root)

    told = runner.invoke(args=["catalog", "reindex", "--language", "en"])

    assert told.exit_code == 0
    assert "3 products indexed." in told.output
    assert read_manifest(present_folder(root)).entry_count == 3


def test_the_command_refuses_while_another_builds(root, runner):
    with building(root, 0):
        told = runner.invoke(args=["catalog", "reindex", "--wait", "0", "--language", "en"])

    assert told.exit_code == 1
    assert "Another process is building the index." in told.output


def test_verify_compares_the_index_with_the_register(root):
    assert violations() == ()
    make_product(name="Mật ong")
    assert violations() == ()

    digests = present_folder(root) / "entries"
    whole = digests.read_bytes()
    digests.write_bytes(whole[:-8] + bytes(8))
    manifest = present_folder(root) / "manifest.json"
    facts = json.loads(manifest.read_text())
    facts["files"].pop("entries")
    manifest.write_text(json.dumps(facts))

    assert [facts["product_id"] for facts in violations()] == [open_present(root).product_ids[2]]


def violations():
    assert invariants.products_missing_from_search
    return next(iter(check_all(["I15"]))).violations
