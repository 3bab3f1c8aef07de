"""Files for browsers: kept for ever under an address that changes with them."""

import gzip
import hashlib

import pytest

from core import assets


@pytest.fixture
def static(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "STATIC_FOLDER", tmp_path / "static")
    (tmp_path / "static/css").mkdir(parents=True)
    (tmp_path / "static/css/site.css").write_text("body { color: red }\n" * 200, "utf-8")
    (tmp_path / "secret.txt").write_text("hush", "utf-8")
    for function in (assets.asset_version, assets.asset_url, assets._gzipped):
        function.cache_clear()
    yield tmp_path / "static"
    for function in (assets.asset_version, assets.asset_url):
        function.cache_clear()


def test_the_address_holds_the_content_and_no_language(static, client):
    version = hashlib.sha256((static / "css/site.css").read_bytes()).hexdigest()[:10]

    assert assets.asset_url("css/site.css") == f"/static/css/site.css?v={version}"


def test_with_its_version_a_file_is_kept_for_ever_else_for_a_day(static, client):
    url = assets.asset_url("css/site.css")

    assert client.get(url).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for other in ("/static/css/site.css", "/static/css/site.css?v=old"):
        assert client.get(other).headers["Cache-Control"] == "public, max-age=86400"


def test_scripts_that_name_one_another_are_asked_for_again(client):
    answer = client.get("/static/js/booth/store.js")

    assert answer.headers["Cache-Control"] == "no-cache"
    assert (
        client.get("/static/js/booth/store.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code
        == 304
    )


def test_a_file_is_compressed_for_who_takes_it(static, client):
    plain = client.get("/static/css/site.css")
    packed = client.get("/static/css/site.css", headers={"Accept-Encoding": "gzip"})

    assert gzip.decompress(packed.data) == plain.data
    assert packed.content_type == plain.content_type == "text/css; charset=utf-8"
    assert packed.headers["X-Content-Type-Options"] == "nosniff"
    again = client.get("/static/css/site.css", headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "%2e%2e/secret.txt",
        "css/../../secret.txt",
        "css",
        "none.css",
        "x" * 300,
        "%00",
        "%FF",
    ],
)
def test_nothing_outside_the_folder_is_handed_out(static, client, path):
    answer = client.get(f"/static/{path}")

    assert answer.status_code == 404
    assert b"hush" not in answer.data
