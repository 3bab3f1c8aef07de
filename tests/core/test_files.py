"""Storage: a file is where its hash says, whole or not at all."""

import dataclasses
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from core.files import FileNameError, LocalStorage, S3Storage, StoredFileNotFoundError, storage_for

CONTENT = "Quyết định số 123".encode()
NAME = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(scope="module")
def s3_server():
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    yield f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    server.stop()


@pytest.fixture(params=["local", "s3"])
def storage(request, tmp_path):
    if request.param == "local":
        return LocalStorage(tmp_path / "files")
    endpoint = request.getfixturevalue("s3_server")
    for name, value in {
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "y",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        request.getfixturevalue("monkeypatch").setenv(name, value)
    storage = S3Storage("market", prefix="documents", endpoint=endpoint)
    storage._client.create_bucket(Bucket="market")
    return storage


def test_what_is_put_in_comes_out_under_the_hash_of_its_content(storage):
    assert storage.put(CONTENT) == NAME
    assert storage.exists(NAME)
    with storage.open(NAME) as file:
        assert file.read() == CONTENT


def test_a_file_on_disk_is_taken_as_well(storage, tmp_path):
    (tmp_path / "a.pdf").write_bytes(CONTENT)

    assert storage.put(tmp_path / "a.pdf") == NAME
    assert (tmp_path / "a.pdf").exists()


def test_putting_twice_is_harmless(storage):
    assert storage.put(CONTENT) == storage.put(CONTENT)


def test_what_is_not_there_is_said_so(storage):
    missing = "0" * 64

    assert not storage.exists(missing)
    with pytest.raises(StoredFileNotFoundError):
        storage.open(missing)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63, f"{'0' * 64}\n"])
def test_a_name_that_is_no_hash_is_refused(storage, name):
    for ask in (storage.open, storage.exists, storage.url):
        with pytest.raises(FileNameError):
            ask(name)


def test_only_s3_hands_out_addresses(storage):
    url = storage.url(NAME)

    assert url is None if isinstance(storage, LocalStorage) else url.startswith("http://127.0.0.1")


def test_a_broken_write_leaves_nothing_behind(tmp_path, monkeypatch):
    storage = LocalStorage(tmp_path)

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.files.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        storage.put(CONTENT)

    assert not storage.exists(NAME)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_a_writer_that_was_killed_left_behind_is_deleted_after_a_while(tmp_path):
    storage = LocalStorage(tmp_path)
    storage.put(CONTENT)
    (tmp_path / "making" / "tmpabc").write_bytes(b"half")
    now = datetime.now(UTC)

    assert storage.delete_unfinished(now - timedelta(hours=1)) == 0
    assert storage.delete_unfinished(now + timedelta(hours=1)) == 1

    assert list((tmp_path / "making").iterdir()) == []
    assert storage.exists(NAME)


def test_the_setting_chooses_the_storage(settings):
    chosen = storage_for(
        dataclasses.replace(settings, storage_url="s3://bucket/some/where?endpoint=http://127.0.0.1:9")
    )

    assert isinstance(chosen, S3Storage)
    assert (chosen._bucket, chosen._prefix, chosen._endpoint) == (
        "bucket",
        "some/where/",
        "http://127.0.0.1:9",
    )
    for url in ("/data/files", "file:///data/files"):
        local = storage_for(dataclasses.replace(settings, storage_url=url))
        assert str(local._folder) == "/data/files"


def test_a_storage_that_does_not_answer_is_told_from_a_missing_file(monkeypatch):
    for name, value in {
        "AWS_ACCESS_KEY_ID": "t",
        "AWS_SECRET_ACCESS_KEY": "t",
        "AWS_DEFAULT_REGION": "x",
    }.items():
        monkeypatch.setenv(name, value)
    closed = S3Storage("bucket", endpoint="http://127.0.0.1:9")  # the discard port: nobody listens

    with pytest.raises(OSError, match="storage does not answer"):
        closed.open("0" * 64)
