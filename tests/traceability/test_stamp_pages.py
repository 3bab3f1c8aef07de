"""Pages of stamps: ordered, printed by the worker, put in force, lost; nothing of somebody else's."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.db import db, transaction
from core.tasks.models import FileRole, Task
from core.tasks.reading import find_file
from tests.factories import make_product
from tests.people import browser_of, make_officer
from tests.support.hands import Hand
from tests.support.sheet_shop import work
from traceability.models import Lot, RangeState, SheetPrint, Stamp, StampRun
from traceability.operations import sealing
from traceability.operations.lots import open_lot
from traceability.operations.sealing import add_seal_key, create_root_key, publish_key_list, revoke_seal_key
from traceability.operations.stamps import RunOrder, issue_run, withdraw_stamp
from traceability.queries.stamp_states import list_ranges
from traceability.views import stamps as views


@pytest.fixture
def product(db_session: Any) -> Any:
    return make_product(slug="mang-cut", name="Măng cụt sấy", variants=[{"on_hand": 10}])


@pytest.fixture
def lot(product: Any) -> Lot:
    with transaction():
        return open_lot(product, "L1", 100, now=clock.now())


@pytest.fixture
def hand(app: Flask, product: Any) -> Hand:
    return Hand(app, product.producer)


def path(lot: Lot, end: str = "") -> str:
    return f"/lots/{lot.id}/stamps{end}"


def runs(lot: Lot) -> list[StampRun]:
    db.session.rollback()
    return list(db.session.scalars(select(StampRun).where(StampRun.lot_id == lot.id).order_by(StampRun.id)))


def a_run(lot: Lot, count: int = 10, **order: Any) -> StampRun:
    with transaction():
        return issue_run(lot, count, RunOrder(is_active=False, **order), by_id=None, now=clock.now())


def codes_of(run: StampRun) -> list[str]:
    return list(db.session.scalars(select(Stamp.code).where(Stamp.run_id == run.id).order_by(Stamp.number)))


def spans(run: StampRun, state: RangeState) -> list[tuple[int, int]]:
    db.session.rollback()
    return [(row.first, row.last) for row in list_ranges(run.id) if row.state == state]


def seal_with_key(app: Flask, folder: Path) -> None:
    """Let the market seal with key 1, which lies in `folder`."""
    root = create_root_key(folder / "root.key", "ocop.example")
    with transaction():
        add_seal_key(folder, not_before=clock.today(), now=clock.now())
        publish_key_list(root, "ocop.example", now=clock.now())
    app.extensions["settings"] = replace(app.extensions["settings"], stamp_keys_dir=folder)


def test_a_run_is_ordered_and_shown_with_what_became_of_it(hand: Hand, lot: Lot) -> None:
    answer = hand.post(path(lot), {"kind": "unit", "count": "1.0", "active": "no"})
    refused = hand.post(path(lot), {"kind": "unit", "count": "106"})
    empty = hand.post(path(lot), {"kind": "unit", "count": "<b>"})

    (run,) = runs(lot)
    assert (answer.status_code, refused.status_code, empty.status_code) == (303, 409, 422)
    assert (run.stamp_count, run.ordered_by_id, run.is_sealed) == (10, hand.user.id, False)
    assert "96 more are too many" not in refused.text
    assert "&lt;b&gt;" in empty.text
    page = hand.get(path(lot, f"/{run.id}"))
    assert page.status_code == 200
    assert all(code not in page.text for code in codes_of(run))


def test_one_code_for_the_whole_lot_needs_no_number(hand: Hand, lot: Lot) -> None:
    hand.post(path(lot), {"kind": "lot", "count": ""})

    (run,) = runs(lot)
    assert (run.kind, run.stamp_count) == ("lot", 1)


def test_a_large_run_is_left_to_the_worker(hand: Hand, lot: Lot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "DIRECT_MOST", 20)

    answer = hand.post(path(lot), {"kind": "unit", "count": "50"})
    assert runs(lot) == []
    work()

    (run,) = runs(lot)
    task = db.session.scalars(select(Task)).one()
    assert answer.location == f"/tasks/{task.id}"
    assert (run.stamp_count, task.state, task.done, task.page_path) == (
        50,
        "done",
        50,
        f"/workspace/{lot.product.producer_id}/lots/{lot.id}/stamps/{run.id}",
    )


def test_a_large_run_that_is_too_large_is_refused_in_words(
    hand: Hand, lot: Lot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "DIRECT_MOST", 20)
    hand.post(path(lot), {"kind": "unit", "count": "5000"})
    work()

    task = db.session.scalars(select(Task)).one()
    assert (runs(lot), task.state) == ([], "failed")
    assert "105" in (task.message or "")


def test_ranges_are_named_by_numbers_codes_or_scanned_addresses(hand: Hand, lot: Lot, settings: Any) -> None:
    run = a_run(lot)
    codes = codes_of(run)
    base = path(lot, f"/{run.id}")

    hand.post(f"{base}/activations", {"first": "1", "last": "3"})
    hand.post(
        f"{base}/activations", {"first": codes[4].lower(), "last": f"{settings.public_base_url}/T/{codes[6]}"}
    )
    hand.post(f"{base}/losses", {"first": codes[7], "reason": "Cuộn tem rơi mất"})
    hand.post(f"{base}/samples", {"first": "9", "last": "10", "reason": "Hội chợ"})

    assert spans(run, RangeState.ACTIVATED) == [(5, 7), (1, 3)]
    assert spans(run, RangeState.WITHDRAWN) == [(8, 8)]
    assert spans(run, RangeState.DISPLAY) == [(9, 10)]
    hand.post(f"{base}/activations", {"first": "", "last": ""})
    assert spans(run, RangeState.ACTIVATED)[0] == (1, 10)


@pytest.mark.parametrize(
    ("act", "sent"),
    [
        ("losses", {"first": "", "last": "", "reason": "Mất"}),
        ("losses", {"first": "1", "last": "2", "reason": ""}),
        ("losses", {"first": "1", "last": "11", "reason": "Mất"}),
        ("samples", {"first": "3", "last": "1", "reason": "Hội chợ"}),
        ("activations", {"first": "0000000000000", "last": ""}),
        ("activations", {"first": "https://khac.example/T/7K3QX9M2RVBH8", "last": "2"}),
        ("prints", {"first": "1", "last": "2", "layout": "9x9"}),
        ("prints", {"first": "1", "last": "2", "layout": "3x8", "start": "25"}),
        ("prints", {"first": "1", "last": "2", "layout": "3x8", "spoiled": "99"}),
        ("prints", {"first": "1", "last": "2", "layout": "3x8", "start": "x"}),
        ("prints", {"first": "1", "last": "2", "layout": "3x8", "printer": "zpl-203"}),
        ("prints", {"first": "1", "last": "2", "layout": "50x30", "printer": "epl-203"}),
        ("prints", {"first": "1", "last": "2", "layout": "3x8", "left": "2 cm"}),
        ("prints", {"first": "1", "last": "2", "layout": "3x8", "across": "50"}),
    ],
)
def test_what_cannot_be_is_refused_with_words_and_changes_nothing(
    hand: Hand, lot: Lot, act: str, sent: dict[str, str]
) -> None:
    run = a_run(lot)

    answer = hand.post(path(lot, f"/{run.id}/{act}"), sent)

    assert answer.status_code == 422
    assert 'class="wrong"' in answer.text or "error-summary" in answer.text or "Lỗi" in answer.text
    assert [row.state for row in list_ranges(run.id)] == ["ordered"]
    assert db.session.scalar(select(Task.id)) is None


def test_labels_are_made_by_the_worker_noted_and_not_again_without_a_reason(hand: Hand, lot: Lot) -> None:
    run = a_run(lot)
    wanted = {"first": "1", "last": "4", "layout": "3x8", "start": "3", "spoiled": "5 7"}

    for _twice in range(2):
        hand.post(path(lot, f"/{run.id}/prints"), wanted)
    work()
    refused = hand.post(path(lot, f"/{run.id}/prints"), wanted)
    with transaction():
        withdraw_stamp(codes_of(run)[1], reason="Rách", now=clock.now())
    hand.post(path(lot, f"/{run.id}/prints"), {**wanted, "reason": "Giấy bị kẹt"})
    work()

    tasks = db.session.scalars(select(Task).order_by(Task.id)).all()
    prints = db.session.scalars(select(SheetPrint).order_by(SheetPrint.id)).all()
    file = find_file(tasks[0].id, FileRole.RESULT)
    assert [task.state for task in tasks] == ["done", "failed", "done"]
    assert refused.status_code == 422
    assert 'name="spoiled" value="5 7"' in refused.text
    assert file is not None
    assert file.content.startswith(b"%PDF-")
    assert [(row.first, row.last, row.start, row.spoiled, row.label_count, row.reason) for row in prints] == [
        (1, 4, 3, 2, 4, None),
        (1, 4, 3, 2, 3, "Giấy bị kẹt"),
    ]
    assert prints[0].by_id == hand.user.id
    assert hand.get(path(lot, f"/{run.id}")).status_code == 200


def test_somebody_elses_lot_and_a_run_of_another_lot_are_not_found(app: Flask, hand: Hand, lot: Lot) -> None:
    run = a_run(lot)
    other = make_product(slug="khac", variants=[{"on_hand": 3}])
    with transaction():
        second = open_lot(lot.product, "L2", 10, now=clock.now())
    stranger = Hand(app, other.producer)

    assert stranger.get(path(lot)).status_code == 404
    assert stranger.post(path(lot, f"/{run.id}/losses"), {"first": "1", "reason": "x"}).status_code == 404
    assert hand.get(path(second, f"/{run.id}")).status_code == 404
    assert hand.post(path(second, f"/{run.id}/activations"), {"first": "1"}).status_code == 404
    assert [row.state for row in list_ranges(run.id)] == ["ordered"]


def test_officers_of_the_area_read_along(app: Flask, lot: Lot) -> None:
    run = a_run(lot)
    officer = browser_of(app, make_officer())
    elsewhere = browser_of(app, make_officer("province", "15"))

    assert officer.get("/office/stamps").status_code == 200
    assert "L1" in officer.get(f"/office/stamps/{run.id}").text
    assert elsewhere.get(f"/office/stamps/{run.id}").status_code == 404


def test_no_page_reads_a_private_key(
    app: Flask, hand: Hand, lot: Lot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = create_root_key(tmp_path / "root.key", "ocop.example")
    with transaction():
        add_seal_key(tmp_path, not_before=clock.today(), now=clock.now())
        publish_key_list(root, "ocop.example", now=clock.now())
    read = []
    monkeypatch.setattr(sealing, "read_keys", lambda file: read.append(file) or ())
    app.extensions["settings"] = replace(app.extensions["settings"], stamp_keys_dir=tmp_path)

    assert "sealed" in hand.get(path(lot)).text
    hand.post(path(lot), {"kind": "unit", "count": "4", "sealed": "yes"})
    (run,) = runs(lot)
    asked = hand.post(path(lot, f"/{run.id}/prints"), {"layout": "3x8"})
    for address in (path(lot), path(lot, f"/{run.id}"), f"/T/{codes_of(run)[0]}"):
        hand.browser.get(address if address.startswith("/T") else hand.base + address)
    hand.browser.get("/.well-known/ocop-stamp-keys")

    assert (run.is_sealed, asked.status_code, read) == (True, 303, [])
    work()
    assert read == [tmp_path / "stamp-1.key"]
    task = db.session.scalars(select(Task)).one()
    assert (task.state, db.session.scalar(select(SheetPrint.id))) == ("failed", None)


def test_sealed_labels_need_a_label_that_is_large_enough(
    app: Flask, hand: Hand, lot: Lot, tmp_path: Path
) -> None:
    seal_with_key(app, tmp_path)
    run = a_run(lot, 3, is_sealed=True)

    for layout in ("5x13", "3x8"):
        hand.post(path(lot, f"/{run.id}/prints"), {"layout": layout})
        work()

    states = [task.state for task in db.session.scalars(select(Task).order_by(Task.id))]
    assert states == ["failed", "done"]


def test_labels_of_a_revoked_key_are_refused_at_once_and_made_without_signatures(
    app: Flask, hand: Hand, lot: Lot, tmp_path: Path
) -> None:
    seal_with_key(app, tmp_path)
    run = a_run(lot, 3, is_sealed=True)
    wanted = {"layout": "35x22", "printer": "zpl-203", "start": "1"}
    hand.post(path(lot, f"/{run.id}/prints"), {**wanted, "layout": "50x30"})
    with transaction():
        revoke_seal_key(1, reason="Lộ khoá", now=clock.now())
    work()  # ordered before the key was revoked, made after

    refused = hand.post(path(lot, f"/{run.id}/prints"), {**wanted, "first": "2"})
    asked = hand.post(path(lot, f"/{run.id}/prints"), {**wanted, "unsealed": "yes"})
    work()

    states = [(task.state, task.message) for task in db.session.scalars(select(Task).order_by(Task.id))]
    assert (refused.status_code, asked.status_code) == (422, 303)
    assert 'name="unsealed"' in refused.text
    assert 'name="first" value="2"' in refused.text
    assert [state for state, _message in states] == ["failed", "done"]
    assert "thu hồi" in (states[0][1] or "")
    assert spans(run, RangeState.PRINTED) == [(1, 3)]


def test_the_opening_page_asks_once_and_tells_later_ones(app: Flask, lot: Lot) -> None:
    run = a_run(lot)
    code = codes_of(run)[0]
    client = app.test_client()
    assert client.get(f"/T/{code}/opening").status_code == 302
    with transaction():
        from traceability.operations.states import activate_range

        activate_range(run, (1, 1), by_id=None, now=clock.now())
    page = client.get(f"/en/T/{code}/opening")
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    sent = client.post(f"/en/T/{code}/opening", data={"csrf_token": token})
    again = client.post(
        f"/en/T/{code}/opening", data={"csrf_token": token}, headers={"User-Agent": "another telephone"}
    )

    assert "I bought and opened it" in page.text
    assert "Thank you" in sent.text
    assert "Somebody said on" in again.text
    assert client.get("/T/7K3QX9M2RVBH8/opening").status_code == 404
    assert "Set-Cookie" not in client.get(f"/T/{code}").headers
