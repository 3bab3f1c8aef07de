"""How to search, read a certificate and check a stamp."""

from flask import Response, render_template

from core.web.access import public
from storefront.views.frame import page_of_version


@public
def help_page() -> Response:
    """Answers to what people ask first."""
    return page_of_version(0, ("help_page",), lambda: render_template("storefront/help_page.html"))
