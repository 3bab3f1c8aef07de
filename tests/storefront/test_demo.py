"""Building the demonstration: all or nothing, once, and every state and verdict to be seen."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from catalog.models import Certification, Document, Producer, Product, Variant
from catalog.stars import CertificationState, effective, state_on
from core.config import Environment, Settings
from core.db import db, transaction
from core.files import Storage, storage_for
from core.i18n import speaking
from promotion.models.trade import Rfq, TradeAccount
from storefront import cli
from storefront.app import create_app
from storefront.demo import build, goods
from storefront.demo.plans import ProducerPlan
from storefront.demo.samples import sample_lines
from storefront.demo.site import BuildSite, Sample
from tests.conftest import close_connections, settings_for
from tests.support.clocks import START, FrozenClock, standing_clock
from tests.support.databases import Databases
from traceability.models import Lot, Stamp, StampRun
from traceability.queries.scan import get_scan_page
from traceability.verdicts import Verdict

REGISTER_PRODUCTS = 88
SEALED = "Sealed stamps, which a telephone that was here before checks without a network:"
DEMONSTRATION_PRODUCTS = 42


@dataclass(frozen=True)
class Built:
    """A demonstration that tests read: its data folder, and the codes to try."""

    folder: Path
    samples: tuple[Sample, ...]


@pytest.fixture(scope="module")
def built(_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The demonstration, built once for all who only look at it."""
    folder = tmp_path_factory.mktemp("demonstration")
    settings = settings_for(_databases.fresh(folder), folder)
    app, files = create_app(settings), storage_for(settings)
    preparation = build.prepared(START, files=files)
    with standing_clock() as clock, app.app_context():
        with transaction():
            found = build.build_demonstration(preparation, files=files, keys=settings.keys, now=clock.now())
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    close_connections(app)
    return Built(folder, tuple(found))


@pytest.fixture
def samples(built: Built, settings: Settings, instance_dir: Path, db_session: Session) -> tuple[Sample, ...]:
    """The demonstration in the database and the folder of the test; the codes to try."""
    for name in ("market.sqlite3-wal", "market.sqlite3-shm"):
        (instance_dir / name).unlink(missing_ok=True)
    shutil.copytree(built.folder, instance_dir, dirs_exist_ok=True)
    return built.samples


@pytest.mark.sqlite
def test_the_register_is_real_and_never_for_sale_and_the_shop_is_marked(
    samples: tuple[Sample, ...], db_session: Session
) -> None:
    kinds = db_session.execute(
        select(Product.is_demonstration, Product.is_for_sale, func.count()).group_by(
            Product.is_demonstration, Product.is_for_sale
        )
    ).all()

    assert sorted(tuple(row) for row in kinds) == [
        (False, False, REGISTER_PRODUCTS),
        (True, True, DEMONSTRATION_PRODUCTS),
    ]
    made_up = select(func.count()).where(Producer.is_demonstration.is_(True))
    assert db_session.scalar(made_up) == 13
    mixed = select(func.count()).select_from(Product).join(Producer)
    assert db_session.scalar(mixed.where(Product.is_demonstration != Producer.is_demonstration)) == 0


@pytest.mark.sqlite
def test_only_the_shop_has_prices_numbers_and_lots(samples: tuple[Sample, ...], db_session: Session) -> None:
    of_register = Product.is_demonstration.is_(False)
    gtins = db_session.scalars(select(Variant.gtin).where(Variant.gtin.is_not(None))).all()

    assert db_session.scalar(select(func.count()).select_from(Variant).join(Product).where(of_register)) == 0
    assert db_session.scalar(select(func.count()).select_from(Lot).join(Product).where(of_register)) == 0
    assert [gtin for gtin in gtins if gtin is None or not gtin.startswith("0952")] == []


@pytest.mark.sqlite
def test_every_state_of_a_recognition_is_there(
    samples: tuple[Sample, ...], db_session: Session, clock: FrozenClock
) -> None:
    states = set()
    for product in db_session.scalars(select(Product).where(Product.is_demonstration.is_(True))):
        spoken = effective([each.facts for each in product.certifications], clock.today())
        states.add(None if spoken is None else state_on(spoken, clock.today()))

    assert states == {*CertificationState, None}


@pytest.mark.sqlite
def test_every_decision_rests_on_a_source_that_says_what_it_is(
    samples: tuple[Sample, ...], db_session: Session, settings: Settings
) -> None:
    files = storage_for(settings)
    made_up = db_session.scalars(
        select(Certification).join(Product).where(Product.is_demonstration.is_(True))
    ).all()

    assert {(each.source.publisher or "")[:18] for each in made_up if each.source} == {"Dữ liệu trình diễn"}
    assert all(
        (each.authority_name or "Hội đồng trình diễn").startswith("Hội đồng trình diễn") for each in made_up
    )
    papers = db_session.scalars(select(Document)).all()
    assert len(papers) > 40
    for paper in papers:
        assert paper.page_count == 1
        with files.open(paper.sha256) as content:
            assert content.read(5) == b"%PDF-"


@pytest.mark.sqlite
def test_every_verdict_can_be_seen(samples: tuple[Sample, ...], clock: FrozenClock) -> None:
    for sample in samples:
        code = sample.path.removeprefix("/T/")
        page = get_scan_page(code, on=clock.today(), now=clock.now())
        assert page.verdict is sample.verdict, sample

    # A false seal needs the keys of a house: tests/traceability/test_seals.py.
    assert {sample.verdict for sample in samples} == set(Verdict) - {Verdict.BAD_SEAL}


@pytest.mark.sqlite
def test_the_name_of_goods_that_are_copied_or_recalled_carries_no_stars(
    samples: tuple[Sample, ...], app: Flask
) -> None:
    client = app.test_client()
    starred = {
        verdict: {
            'href="#chung-nhan"' in client.get(each.path).text for each in samples if each.verdict is verdict
        }
        for verdict in (Verdict.VALID_FIRST, Verdict.CONFIRMED_COPY, Verdict.RECALLED)
    }

    assert starred == {
        Verdict.VALID_FIRST: {True},
        Verdict.CONFIRMED_COPY: {False},
        Verdict.RECALLED: {False},
    }


@pytest.mark.sqlite
def test_every_run_has_the_stamps_it_counts(samples: tuple[Sample, ...], db_session: Session) -> None:
    counted = select(func.count()).where(Stamp.run_id == StampRun.id).scalar_subquery()

    assert db_session.scalar(select(func.count()).where(StampRun.stamp_count != counted)) == 0
    assert len(db_session.scalars(select(StampRun.id)).all()) > 10


@pytest.mark.sqlite
def test_a_trade_buyer_has_one_answer_and_waits_for_another(
    samples: tuple[Sample, ...], db_session: Session
) -> None:
    account = db_session.scalars(select(TradeAccount)).one()
    asked, waiting = db_session.scalars(select(Rfq).order_by(Rfq.id)).all()

    assert (account.state, [each.state for each in account.checks]) == ("verified", ["waits", "verified"])
    assert [len(rfq.quotations) for rfq in (asked, waiting)] == [1, 0]
    assert asked.quotations[0].valid_until_on == date(2026, 12, 22)


@pytest.mark.once
def test_the_command_prints_what_to_try_and_leaves_it_in_the_data_folder(
    runner: FlaskCliRunner, instance_dir: Path
) -> None:
    result = runner.invoke(args=["demo", "build", "--language", "en"])

    assert result.exit_code == 0
    stamps = (instance_dir / cli.STAMPS_FILE).read_text(encoding="utf-8")
    sign_ins = (instance_dir / cli.SIGN_INS_FILE).read_text(encoding="utf-8")
    assert result.output == stamps + sign_ins
    lines = stamps.splitlines()
    assert lines[0] == "Trace pages to try:"
    sealed = lines[lines.index(SEALED) :]
    assert [line for line in lines[1 : -len(sealed)] if not line.startswith("  http://market.test/T/")] == []
    assert [line.split("  ")[2] for line in sealed[1:3]] == [
        "valid, with a seal",
        "one letter of the seal changed",
    ]
    assert sign_ins.startswith("Sign in at http://market.test/sign-in with the password ")
    assert (instance_dir / cli.SIGN_INS_FILE).stat().st_mode & 0o077 == 0


@pytest.mark.once
def test_the_command_seals_a_run_with_a_key_that_it_makes_and_signs_the_log(
    app: Flask, runner: FlaskCliRunner, instance_dir: Path
) -> None:
    assert runner.invoke(args=["demo", "build", "--language", "en"]).exit_code == 0
    lines = (instance_dir / cli.STAMPS_FILE).read_text(encoding="utf-8").splitlines()
    right, wrong = (
        line.split()[0].removeprefix("http://market.test") for line in lines[lines.index(SEALED) :][1:3]
    )
    client = app.test_client()

    assert "Tem hợp lệ" in client.get(right).text
    assert "Chữ ký trên tem không đúng" in client.get(wrong).text
    assert {each.name for each in (instance_dir / "keys").iterdir()} == {
        "log.key",
        "stamp-root.key",
        "stamps",
    }
    assert (instance_dir / "keys" / "stamps" / "stamp-1.key").stat().st_mode & 0o077 == 0


@pytest.mark.once
def test_keys_of_an_earlier_demonstration_stay_as_they_are(
    runner: FlaskCliRunner, instance_dir: Path
) -> None:
    (instance_dir / "keys" / "stamps").mkdir(parents=True)

    assert runner.invoke(args=["demo", "build", "--language", "en"]).exit_code == 0
    assert SEALED not in (instance_dir / cli.STAMPS_FILE).read_text(encoding="utf-8")
    assert list((instance_dir / "keys" / "stamps").iterdir()) == []


@pytest.mark.once
def test_the_command_needs_no_database_to_begin_with(
    make_app: Callable[..., Flask], settings: Settings, instance_dir: Path
) -> None:
    app = make_app(replace(settings, database_url=f"sqlite:///{instance_dir}/new.sqlite3"))

    result = app.test_cli_runner().invoke(args=["demo", "build"])

    assert result.exit_code == 0, result.output


@pytest.mark.once
def test_a_second_build_is_refused_and_changes_nothing(runner: FlaskCliRunner, app: Flask) -> None:
    runner.invoke(args=["demo", "build"])
    with app.app_context():
        before = everything()

    result = runner.invoke(args=["demo", "build", "--language", "en"])

    assert result.exit_code == 1
    assert "nothing was changed" in result.output
    with app.app_context():
        assert everything() == before


def test_it_is_not_built_beside_what_people_recorded(
    db_session: Session, settings: Settings, clock: FrozenClock
) -> None:
    files = storage_for(settings)
    preparation = build.prepared(START, files=files)
    with transaction():
        db.session.add(Producer(slug="somebody", name="Somebody"))

    with pytest.raises(build.DatabaseNotEmptyError), transaction():
        build.build_demonstration(preparation, files=files, keys=settings.keys, now=clock.now())

    assert everything() == (1, 0, 0, 0, 0)


def test_a_build_that_breaks_off_leaves_nothing_and_starts_again(
    app: Flask, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = goods.build_producer
    built: list[str] = []

    def break_off(site: BuildSite, plan: ProducerPlan) -> Producer:
        if len(built) == 5:
            raise KeyboardInterrupt
        built.append(plan.facts.name)
        return whole(site, plan)

    monkeypatch.setattr(build, "build_producer", break_off)
    with app.app_context(), pytest.raises(KeyboardInterrupt):
        cli.build_and_tell()
    with app.app_context():
        assert everything() == (0, 0, 0, 0, 0)
    monkeypatch.undo()

    assert runner.invoke(args=["demo", "build"]).exit_code == 0


@pytest.mark.once
def test_serving_builds_it_once(app: Flask) -> None:
    app.extensions["prepare"](app)
    with app.app_context():
        before = everything()

    app.extensions["prepare"](app)

    with app.app_context():
        assert before[1] == REGISTER_PRODUCTS + DEMONSTRATION_PRODUCTS
        assert everything() == before


def test_a_server_that_starts_at_the_same_moment_may_have_built_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = cli.prepared

    def while_another_builds(now: datetime, *, files: Storage) -> build.Preparation:
        monkeypatch.setattr(cli, "prepared", quick)
        cli.build_and_tell()
        return quick(now, files=files)

    monkeypatch.setattr(cli, "prepared", while_another_builds)

    app.extensions["prepare"](app)

    with app.app_context():
        assert everything()[1] == REGISTER_PRODUCTS + DEMONSTRATION_PRODUCTS


def test_a_production_site_begins_empty(make_app: Callable[..., Flask], settings: Settings) -> None:
    app = make_app(replace(settings, ocop_env=Environment.PRODUCTION))

    app.extensions["prepare"](app)

    with app.app_context():
        assert everything() == (0, 0, 0, 0, 0)


def test_the_list_speaks_vietnamese_unless_asked_otherwise() -> None:
    sample = Sample(Verdict.RECALLED, "Cá cơm kho mặn Sóng Kể", "/T/7K3QX9M2RVBH8")

    vietnamese = sample_lines([sample], "http://market.test")
    with speaking("en"):
        english = sample_lines([sample], "http://market.test")

    assert vietnamese == [
        "Thử trang truy xuất:",
        "  http://market.test/T/7K3QX9M2RVBH8  lô đang bị thu hồi (Cá cơm kho mặn Sóng Kể)",
    ]
    assert english[1].endswith("lot being recalled (Cá cơm kho mặn Sóng Kể)")


def everything() -> tuple[int, ...]:
    """How many producers, products, recognitions, lots and stamps there are."""
    return tuple(
        db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in (Producer, Product, Certification, Lot, Stamp)
    )
