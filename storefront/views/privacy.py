"""What is stored of a visit, a scan and an inquiry."""

from flask import Response, render_template

from core.web.access import public
from storefront.views.frame import page_of_version


@public
def privacy() -> Response:
    """What is kept, why and for how long; nothing else is."""
    return page_of_version(0, ("privacy",), lambda: render_template("storefront/privacy.html"))
