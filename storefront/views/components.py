"""Every component of the pages on one page, for those who build them and for the tests that look at them."""

from flask import Response, render_template

from core import clock
from core.web.access import public
from storefront.views.frame import page_of_version


@public
def components() -> Response:
    """The gallery."""
    return page_of_version(0, ("components",), _render)


def _render() -> str:
    return render_template("storefront/components.html", today=clock.today())
