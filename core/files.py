"""Files that people hand in or that we make, kept under the hash of their content.

Where: `STORAGE_URL`, a folder (the default) or an S3 bucket (`s3://bucket/prefix?endpoint=https://…`). The name
of a file is the SHA-256 of its content, so that a name says what must be inside, the same file is kept once,
and no part of a path ever comes from a person.
"""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol
from urllib.parse import parse_qs, urlsplit

from core.config import Settings
from core.errors import InvalidError, NotFoundError

CHUNK_BYTES: Final = 1_048_576
S3_CONNECT_SECONDS: Final = 3
S3_READ_SECONDS: Final = 10
LINK_SECONDS: Final = 300
MAKING: Final = "making"
"""The folder of what is not finished. Whoever writes dies at times, and its name is known to no row."""
_NAME: Final = re.compile(r"[0-9a-f]{64}")


class StoredFileNotFoundError(NotFoundError):
    """No file of this `name` is kept."""


class FileNameError(InvalidError):
    """`name` is not 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file in the storage: its name, and when it was kept (last)."""

    name: str
    kept_at: datetime


class Storage(Protocol):
    """Where files are kept. A name is the SHA-256 of the content, 64 hexadecimal digits."""

    def put(self, content: bytes | Path) -> str:
        """Keep `content` (bytes, or the file at a path) and return its name. Harmless when repeated."""

    def open(self, name: str) -> BinaryIO:
        """The content, to be closed by the caller.

        Raises StoredFileNotFoundError, FileNameError; OSError if the storage does not answer.
        """

    def exists(self, name: str) -> bool:
        """Whether the file is kept. Raises FileNameError."""

    def url(self, name: str) -> str | None:
        """An address that hands out the file for five minutes, or None: then the program must send it itself."""

    def delete(self, name: str) -> None:
        """Keep the file no longer; harmless if it is not kept. Only for what no row names. Raises FileNameError."""

    def list_kept(self) -> Iterator[KeptFile]:
        """Every file that is kept, in no order."""

    def delete_unfinished(self, before: datetime) -> int:
        """Delete what writers that died left behind before that instant; how many there were."""


def storage_for(settings: Settings) -> Storage:
    """The storage that `STORAGE_URL` names."""
    if settings.storage_url.startswith("s3://"):
        parts = urlsplit(settings.storage_url)
        endpoint = parse_qs(parts.query).get("endpoint", [None])[0]
        return S3Storage(parts.netloc, prefix=parts.path.strip("/"), endpoint=endpoint)
    return LocalStorage(Path(settings.storage_url.removeprefix("file://")))


class LocalStorage:
    """Files in two levels of folders, `ab/cd/abcd…`, so that no folder grows large."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes | Path) -> str:
        making = self._folder / MAKING
        making.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (
            _reading(content) as source,
            tempfile.NamedTemporaryFile(dir=making, delete=False) as target,
        ):
            try:
                name = _copy(source, target)
                target.flush()
                os.fsync(target.fileno())
                self._keep(Path(target.name), name)
            finally:
                Path(target.name).unlink(missing_ok=True)
        return name

    def open(self, name: str) -> BinaryIO:
        try:
            return self._path(name).open("rb")
        except FileNotFoundError:
            raise StoredFileNotFoundError(name=name) from None

    def exists(self, name: str) -> bool:
        return self._path(name).is_file()

    def url(self, name: str) -> str | None:
        _require_name(name)
        return None

    def delete(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def list_kept(self) -> Iterator[KeptFile]:
        for path in self._folder.glob("??/??/*"):
            if _NAME.fullmatch(path.name):
                yield KeptFile(path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC))

    def delete_unfinished(self, before: datetime) -> int:
        return delete_older(self._folder / MAKING, before)

    def _path(self, name: str) -> Path:
        _require_name(name)
        return self._folder / name[:2] / name[2:4] / name

    def _keep(self, written: Path, name: str) -> None:
        """Move a file that is safely on the disk to its place, and make the move safe as well."""
        place = self._path(name)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        written.replace(place)
        for folder in (place.parent, place.parent.parent, self._folder):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


class S3Storage:
    """Files as objects of one bucket. Keys and region come from the environment, as boto3 reads it."""

    def __init__(self, bucket: str, *, prefix: str = "", endpoint: str | None = None) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._endpoint = endpoint
        self._made_client: Any = None

    @property
    def _client(self) -> Any:
        if self._made_client is None:
            import boto3  # 33 MB that only this kind of storage needs
            from botocore.config import Config

            patience = Config(
                connect_timeout=S3_CONNECT_SECONDS, read_timeout=S3_READ_SECONDS, retries={"max_attempts": 2}
            )
            self._made_client = boto3.client("s3", endpoint_url=self._endpoint, config=patience)
        return self._made_client

    def put(self, content: bytes | Path) -> str:
        with _reading(content) as source:
            name = _copy(source, None)
        if not self.exists(name):
            with _reading(content) as source:
                self._client.upload_fileobj(source, self._bucket, self._key(name))
        return name

    def open(self, name: str) -> BinaryIO:
        from botocore.exceptions import BotoCoreError, ClientError

        key = self._key(name)
        try:
            body: BinaryIO = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
        except self._client.exceptions.NoSuchKey:
            raise StoredFileNotFoundError(name=name) from None
        except (BotoCoreError, ClientError) as error:
            raise OSError(f"storage does not answer: {type(error).__name__}") from error
        return body

    def exists(self, name: str) -> bool:
        key = self._key(name)
        found = self._client.list_objects_v2(Bucket=self._bucket, Prefix=key, MaxKeys=1)
        return bool(found.get("KeyCount"))

    def url(self, name: str) -> str | None:
        place = {"Bucket": self._bucket, "Key": self._key(name)}
        return str(self._client.generate_presigned_url("get_object", Params=place, ExpiresIn=LINK_SECONDS))

    def delete(self, name: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=self._key(name))

    def list_kept(self) -> Iterator[KeptFile]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._prefix
        )
        for found in (each for page in pages for each in page.get("Contents", ())):
            name = found["Key"].rpartition("/")[2]
            if _NAME.fullmatch(name):
                yield KeptFile(name, found["LastModified"])

    def delete_unfinished(self, before: datetime) -> int:
        return 0  # an object is there whole or not at all

    def _key(self, name: str) -> str:
        _require_name(name)
        return f"{self._prefix}{name[:2]}/{name[2:4]}/{name}"


def delete_older(folder: Path, before: datetime) -> int:
    """Delete what lies in `folder` and was last changed before that instant; how many there were."""
    old = [each for each in folder.glob("*") if each.lstat().st_mtime < before.timestamp()]
    for each in old:
        shutil.rmtree(each) if each.is_dir() else each.unlink(missing_ok=True)
    return len(old)


def _require_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise FileNameError(name=name)


def _reading(content: bytes | Path) -> BinaryIO:
    return content.open("rb") if isinstance(content, Path) else BytesIO(content)


def _copy(source: BinaryIO, target: Any) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK_BYTES):
        digest.update(chunk)
        if target is not None:
            target.write(chunk)
    return digest.hexdigest()
