"""Short guides in pictures: how officers work here."""

from typing import Final

from flask import Response, make_response, render_template

from accounts.access import needs
from accounts.errors import NotYoursError
from catalog.permissions.office import can_enter_office

GUIDES: Final = ("decision", "four-eyes", "certificate", "revocation", "export")


@needs(can_enter_office)
def guides() -> Response:
    """The guides by name."""
    return make_response(render_template("office/guides.html", names=GUIDES))


@needs(can_enter_office)
def guide(name: str) -> Response:
    """One guide, step by step."""
    if name not in GUIDES:
        raise NotYoursError(name=name)
    return make_response(render_template("office/guide.html", name=name))
