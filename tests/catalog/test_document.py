"""Stored documents in the browser."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.operations.documents import store_document
from core.config import Settings
from core.db import transaction
from core.files import storage_for

PDF = b"%PDF-1.4\n1 0 obj<</Type /Page>>endobj\n%%EOF\n"


@pytest.fixture
def stored(db_session, settings: Settings) -> str:
    with transaction():
        document = store_document(
            PDF, title="Quyết định 123", files=storage_for(settings), now=datetime(2026, 1, 1, tzinfo=UTC)
        )
        return document.sha256


def test_a_document_is_shown_as_what_it_is_and_may_not_run(client, stored):
    answer = client.get(f"/documents/{stored}")

    assert answer.status_code == 200
    assert answer.data == PDF
    assert answer.content_type == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert "attachment" not in answer.headers.get("Content-Disposition", "")
    assert "Set-Cookie" not in answer.headers


def test_a_browser_that_has_it_gets_nothing_again(client, stored):
    etag = client.get(f"/documents/{stored}").headers["ETag"]

    assert client.get(f"/documents/{stored}", headers={"If-None-Match": etag}).status_code == 304


def test_a_lost_file_is_told_in_words(client, stored, settings: Settings):
    for file in Path(settings.storage_url).rglob(stored):
        file.unlink()

    answer = client.get(f"/documents/{stored}")

    assert answer.status_code == 404
    assert "Tài liệu tạm thời không xem được" in answer.text
    assert "không nói lên gì về giấy chứng nhận" in answer.text


@pytest.mark.parametrize("name", ["0" * 64, "abc", "A" * 64, "..%2f..%2fetc%2fpasswd"])
def test_a_document_that_nobody_stored_is_not_found(client, name):
    answer = client.get(f"/documents/{name}")

    assert answer.status_code == 404


def test_the_page_that_says_a_document_is_missing_is_one_of_ours(client):
    answer = client.get(f"/documents/{'0' * 64}")

    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
