"""Files of goods that lie: refused in words, quickly, with bounded memory, before anything large is built."""

import io
import tracemalloc
import zipfile
from time import perf_counter

import pytest

from catalog.errors import RegisterFileError
from catalog.spreadsheets import FileFault, read_table
from core.db import db
from core.tasks.models import Task
from tests.support.sheet_shop import make_sheet_shop

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def shop(app):
    return make_sheet_shop(app)


def bomb(size=25_000_000):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * size)
    return target.getvalue()


def crowd():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for number in range(300):
            packed.writestr(f"{number}.xml", "x")
    return target.getvalue()


def laughs():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr(
            "xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
        )
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (bomb(), "giải nén"),
        (crowd(), "chia thành"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 512, ".xls"),
        (b"PK\x03\x04garbage", "hỏng"),
        (b"\x7fELF\x00\x00", ".xlsx"),
        (b"", "Chọn tệp"),
        (b" " * 100, "trống"),
        (b"x" * (10 * 1024 * 1024 + 1), "chia thành"),
    ],
    ids=["bomb", "crowd", "xls", "garbage", "binary", "nothing", "blank", "huge"],
)
def test_a_file_that_lies_is_refused_at_once_in_words(shop, content, sentence):
    begun = perf_counter()

    answer = shop.send(content)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert perf_counter() - begun < 2
    assert db.session.query(Task).count() == 0


def test_a_directory_that_lies_about_sizes_does_not_get_its_memory():
    """200 MB behind a promise of 1,000 bytes: a fraction is unpacked."""
    content = bytearray(bomb(200_000_000))
    entry = content.rfind(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = (1_000).to_bytes(4, "little")
    tracemalloc.start()

    with pytest.raises(RegisterFileError) as refused:
        read_table(bytes(content))

    _present, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.reason == FileFault.DAMAGED
    assert peak < 5_000_000


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (laughs(), "hỏng"),
        (b"a,b\n" + b"1,2\n" * 20_001, "20.000"),
        ('Tên sản phẩm\n"chưa đóng'.encode(), "hỏng"),
    ],
    ids=["laughs", "rows", "quote"],
)
def test_a_file_that_cannot_be_read_fails_the_check_in_words(shop, content, sentence):
    task = shop.check(content)

    assert task.state == "failed"
    assert sentence in task.message
