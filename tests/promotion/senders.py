"""Browsers that send forms as pages do, with their proof."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Sender:
    """A browser and the page whose form it sends. page: one with a form."""

    def __init__(self, browser: FlaskClient, page: str) -> None:
        self.browser, self.page = browser, page

    def get(self, path: str) -> TestResponse:
        return self.browser.get(path)

    def post(self, path: str, form: dict[str, Any] | None = None) -> TestResponse:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.browser.get(self.page).text)
        token = found[1] if found else ""
        return self.browser.post(path, data={"csrf_token": token, **(form or {})})
