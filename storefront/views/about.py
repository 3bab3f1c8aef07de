"""What this market is and on what its stars rest."""

from flask import Response, render_template

from core.web.access import public
from storefront.views.frame import page_of_version


@public
def about() -> Response:
    """What is shown here, from which sources, and what is never claimed."""
    return page_of_version(0, ("about",), lambda: render_template("storefront/about.html"))
