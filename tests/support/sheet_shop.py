"""A producer with goods, and the way of a file through the pages and the worker."""

import csv
import io
import re
from typing import Any

from openpyxl import load_workbook

from accounts.models import User
from catalog.product_sheet.columns import COLUMNS
from core.db import db
from core.jobs.worker import run_next
from core.tasks.models import Task
from tests.factories import make_producer, make_product
from tests.people import browser_of, make_member

NAMES = [column.name for column in COLUMNS]


def make_sheet_shop(app: Any) -> "Shop":
    """A producer with two products (two packs and one), its owner's browser."""
    producer = make_producer()
    box = {"label": "Hộp 500 g", "gtin": "08938500000015"}
    bag = {"label": "Túi 1 kg", "net_quantity": 1, "net_unit": "kg", "price_vnd": 240_000, "position": 2}
    make_product(name="Kẹo dừa", producer=producer, variants=[box, bag], certification=None)
    make_product(name="Mứt dừa", producer=producer, certification=None)
    make_product(name="Của người khác")
    owner = make_member(producer)
    return Shop(app, producer.id, owner)


class Shop:
    def __init__(self, app: Any, producer_id: int, owner: User) -> None:
        self.base = f"/workspace/{producer_id}/sheet"
        self.producer_id = producer_id
        self.browser = browser_of(app, owner)
        self.owner = owner

    def fetch(self, kind: str = "xlsx") -> bytes:
        answer = self.browser.get(f"{self.base}/goods.{kind}")
        assert answer.status_code == 200
        content: bytes = answer.data
        return content

    def send(self, content: bytes, name: str = "hang.xlsx") -> Any:
        page = self.browser.get(self.base).text
        return self.browser.post(
            f"{self.base}/checks",
            data=multipart(token_of(page), content, name),
            content_type="multipart/form-data; boundary=XX",
        )

    def check(self, content: bytes, name: str = "hang.xlsx") -> Task:
        """Send a file and let the worker look at it."""
        answer = self.send(content, name)
        assert answer.status_code == 303, answer.text
        work()
        return task_at(str(answer.location))

    def apply(self, task: Task) -> Task:
        page = self.browser.get(task.page_path).text
        answer = self.browser.post(f"{task.page_path}/application", data={"csrf_token": token_of(page)})
        assert answer.status_code == 303
        work()
        return task_at(str(answer.location))

    def edited(self, *changes: tuple[int, str, Any]) -> bytes:
        """The present file with cells changed: (row, field, value)."""
        book = load_workbook(io.BytesIO(self.fetch()))
        sheet = book.worksheets[0]
        for row, field, value in changes:
            sheet.cell(row, NAMES.index(field) + 1).value = value
        target = io.BytesIO()
        book.save(target)
        return target.getvalue()


def multipart(token: str, content: bytes, name: str) -> bytes:
    """As a browser sends it; the test client would leave a temporary file open."""
    head = (
        f'--XX\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        f'--XX\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    )
    return head.encode() + content + b"\r\n--XX--\r\n"


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def task_at(location: str) -> Task:
    db.session.rollback()
    return db.session.get_one(Task, int(location.rsplit("/", 1)[1]), populate_existing=True)


def work() -> None:
    while run_next():
        pass
    db.session.rollback()


def messages_of(shop: Shop, task: Task) -> list[tuple[str, ...]]:
    content = shop.browser.get(f"/tasks/{task.id}/errors").data
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return [tuple(row[:3]) for row in rows[1:]]


def sentences_of(shop: Shop, task: Task) -> list[str]:
    content = shop.browser.get(f"/tasks/{task.id}/errors").data.decode("utf-8-sig")
    return [row[3] for row in list(csv.reader(io.StringIO(content)))[1:]]
