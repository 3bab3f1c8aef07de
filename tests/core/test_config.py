"""Settings: each is checked at start and named when wrong."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from core.config import ROOT, AccessLog, SettingError, load_settings, setting_names
from tests.support.operators import OPERATOR

KEY = "k" * 32
PRODUCTION = {
    **OPERATOR,
    "OCOP_ENV": "production",
    "SECRET_KEY": KEY,
    "PUBLIC_BASE_URL": "https://cho.example.vn",
    "TRUSTED_HOSTS": "cho.example.vn",
}


def test_nothing_need_be_set_for_development():
    settings = load_settings({})

    assert settings.public_base_url == "http://127.0.0.1:8000"
    assert settings.database_url == f"sqlite:///{ROOT}/instance/market.sqlite3"
    assert settings.web_workers == 2
    assert settings.access_log is AccessLog.ERRORS


def test_a_blank_value_counts_as_not_given():
    assert load_settings({"PORT": " ", "HOST": ""}).port == 8000


@pytest.mark.parametrize("hosts", ["cho.example.vn", "www.vn,CHO.example.vn", ".example.vn"])
def test_the_address_that_is_printed_must_be_one_that_is_answered(hosts):
    assert load_settings({**PRODUCTION, "TRUSTED_HOSTS": hosts}).trusted_hosts


@pytest.mark.parametrize("name", ["SECRET_KEY", "PUBLIC_BASE_URL", "TRUSTED_HOSTS", *OPERATOR])
def test_production_does_not_start_without(name):
    environ = {key: value for key, value in PRODUCTION.items() if key != name}

    with pytest.raises(SettingError) as refused:
        load_settings(environ)

    assert refused.value.name == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OCOP_ENV", "staging"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a key for development only: refused in production"),
        ("SECRET_KEY", "\udcff" * 32),
        ("SECRET_KEY_FALLBACKS", f"{KEY},short"),
        ("SECRET_KEY_FALLBACKS", "a key for development only: refused in production"),
        ("HOST", "cho.example.vn"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PORT", "８０"),
        ("WEB_WORKERS", "-1"),
        ("PROXY_HOPS", "many"),
        ("PUBLIC_BASE_URL", "http://cho.example.vn"),
        ("PUBLIC_BASE_URL", "https://cho.example.vn/shop"),
        ("PUBLIC_BASE_URL", "cho.example.vn"),
        ("PUBLIC_BASE_URL", "https://[::1"),
        ("PUBLIC_BASE_URL", "https://cho.example.vn:99999"),
        ("PUBLIC_BASE_URL", "https://me:hush@cho.example.vn"),
        ("PUBLIC_BASE_URL", "https://đặc-sản.vn"),
        ("PUBLIC_BASE_URL", 'https://x"><script>'),
        ("TRUSTED_HOSTS", "https://cho.example.vn"),
        ("TRUSTED_HOSTS", "www.example.vn"),
        ("TRUSTED_HOSTS", ".ocop.vn"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "postgresql:"),
        ("DATABASE_URL", "postgresql://me@host:port/x"),
        ("REDIS_URL", "http://localhost"),
        ("REDIS_URL", "redis://["),
        ("STORAGE_URL", "ftp://host/x"),
        ("STORAGE_URL", "s3:///prefix"),
        ("STORAGE_URL", "s3://["),
        ("GEOIP_DB", "/nowhere/geo.mmdb"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("ACCESS_LOG", "some"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name, value):
    with pytest.raises(SettingError) as refused:
        load_settings({**PRODUCTION, name: value})

    assert refused.value.name == name


def test_the_public_address_is_one_address_however_it_is_written():
    settings = load_settings({**PRODUCTION, "PUBLIC_BASE_URL": "HTTPS://Cho.Example.vn/"})

    assert settings.public_base_url == "https://cho.example.vn"
    assert settings.is_https


def test_localhost_is_an_address_of_this_machine():
    assert load_settings({"HOST": "localhost"}).host == "127.0.0.1"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_understood_in_three_spellings(scheme):
    settings = load_settings({"DATABASE_URL": f"{scheme}://me@localhost/market"})

    assert settings.database_url == "postgresql+psycopg://me@localhost/market"


def test_secrets_are_not_shown():
    shown = repr(load_settings({**PRODUCTION, "DATABASE_URL": "postgresql://me:hush@localhost/x"}))

    assert KEY not in shown
    assert "hush" not in shown


def test_every_setting_is_described_in_the_manual():
    described = set(
        re.findall(r"^\| `([A-Z0-9_]+)`", Path(ROOT, "docs/running.md").read_text("utf-8"), re.MULTILINE)
    )

    assert described == set(setting_names())


def serve(**environ):
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_wrong_setting_stops_the_program_with_one_line(tmp_path):
    ended = serve(PORT="none", INSTANCE_DIR=str(tmp_path))

    assert ended.returncode == 2
    assert ended.stderr == "Cannot start: setting PORT: must be a whole number from 1 to 65535, not 'none'\n"


def test_a_setting_that_proves_wrong_when_used_stops_the_program_too(tmp_path):
    file = tmp_path / "file"
    file.write_text("neither a folder nor a database of addresses")

    for name, value in (("INSTANCE_DIR", str(file / "data")), ("GEOIP_DB", str(file))):
        ended = serve(**{"INSTANCE_DIR": str(tmp_path), name: value})

        assert ended.returncode == 2
        assert ended.stderr.startswith(f"Cannot start: setting {name}: ")
        assert ended.stderr.count("\n") == 1


def test_a_database_that_is_none_stops_the_program_with_one_line(tmp_path):
    file = tmp_path / "market.sqlite3"
    file.write_bytes(b"no database at all" * 1_000)

    ended = serve(INSTANCE_DIR=str(tmp_path), DATABASE_URL=f"sqlite:///{file}", PORT="8239")

    assert ended.returncode == 1
    assert ended.stderr == (
        "Cannot start: the database (DATABASE_URL, INSTANCE_DIR) cannot be used: file is not a database\n"
    )


CARDS = {"STRIPE_SECRET_KEY": "sk_test_51abc", "STRIPE_WEBHOOK_SECRETS": "whsec_0123456789abcdef"}
LIVE_CARDS = CARDS | {"STRIPE_SECRET_KEY": "rk_live_51abc"}


def test_without_a_key_no_cards_are_taken():
    assert not load_settings({}).cards.is_on


def test_cards_of_tests_and_real_ones():
    rotating = load_settings(CARDS | {"STRIPE_WEBHOOK_SECRETS": f"whsec_{'a' * 16}, whsec_{'b' * 16}"}).cards

    assert (rotating.is_on, rotating.is_live) == (True, False)
    assert rotating.stripe_webhook_secrets == (f"whsec_{'a' * 16}", f"whsec_{'b' * 16}")
    assert load_settings(PRODUCTION | LIVE_CARDS).cards.is_live
    assert "51abc" not in repr(rotating)
    assert "whsec" not in repr(rotating)


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"STRIPE_WEBHOOK_SECRETS": "whsec_0123456789abcdef"}, "STRIPE_SECRET_KEY"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:8420"}, "STRIPE_SECRET_KEY"),
        ({"STRIPE_SECRET_KEY": "sk_test_51abc"}, "STRIPE_WEBHOOK_SECRETS"),
        (CARDS | {"STRIPE_SECRET_KEY": "pk_test_51abc"}, "STRIPE_SECRET_KEY"),
        (CARDS | {"STRIPE_SECRET_KEY": "sk_live_51abc"}, "STRIPE_SECRET_KEY"),
        (PRODUCTION | CARDS, "STRIPE_SECRET_KEY"),
        (CARDS | {"STRIPE_WEBHOOK_SECRETS": "whsec_"}, "STRIPE_WEBHOOK_SECRETS"),
        (CARDS | {"STRIPE_WEBHOOK_SECRETS": "secret-without-its-beginning"}, "STRIPE_WEBHOOK_SECRETS"),
        (CARDS | {"STRIPE_WEBHOOK_SECRETS": ",".join([f"whsec_{'a' * 16}"] * 3)}, "STRIPE_WEBHOOK_SECRETS"),
        (PRODUCTION | LIVE_CARDS | {"STRIPE_API_BASE": "http://127.0.0.1:8420"}, "STRIPE_API_BASE"),
        (CARDS | {"STRIPE_API_BASE": "https://api.stripe.example"}, "STRIPE_API_BASE"),
        (CARDS | {"STRIPE_API_BASE": "http://127.0.0.1"}, "STRIPE_API_BASE"),
        (CARDS | {"STRIPE_API_BASE": "http://127.0.0.1.evil.example:80"}, "STRIPE_API_BASE"),
        (CARDS | {"STRIPE_API_BASE": "http://127.0.0.1:port"}, "STRIPE_API_BASE"),
    ],
)
def test_settings_of_cards_that_could_lose_money_stop_the_start(environ, name):
    with pytest.raises(SettingError) as refused:
        load_settings(environ)

    assert refused.value.name == name
