"""Settings: each is checked at start and named when wrong."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from core.config import ROOT, AccessLog, SettingError, load_settings, setting_names

KEY = "k" * 32
PRODUCTION = {
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


@pytest.mark.parametrize("name", ["SECRET_KEY", "PUBLIC_BASE_URL", "TRUSTED_HOSTS"])
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
        ("SECRET_KEY_FALLBACKS", f"{KEY},short"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PORT", "８０"),
        ("WEB_WORKERS", "-1"),
        ("PROXY_HOPS", "many"),
        ("PUBLIC_BASE_URL", "http://cho.example.vn"),
        ("PUBLIC_BASE_URL", "https://cho.example.vn/shop"),
        ("PUBLIC_BASE_URL", "cho.example.vn"),
        ("TRUSTED_HOSTS", "https://cho.example.vn"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("DATABASE_URL", "sqlite://"),
        ("REDIS_URL", "http://localhost"),
        ("STORAGE_URL", "ftp://host/x"),
        ("STORAGE_URL", "s3:///prefix"),
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


def test_a_wrong_setting_stops_the_program_with_one_line(tmp_path):
    environ = {**os.environ, "PORT": "none", "INSTANCE_DIR": str(tmp_path), "FLASK_APP": "wsgi"}

    ended = subprocess.run(
        [sys.executable, "-m", "flask", "serve"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 2
    assert ended.stderr == "Cannot start: setting PORT: must be a whole number from 1 to 65535, not 'none'\n"
