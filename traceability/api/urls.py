"""Which address leads to which data."""

from flask import Blueprint

from catalog.api.answers import invalid_parameter
from catalog.errors import InvalidParameterError
from catalog.views.routes import add_routes
from traceability.api import epcis_urls
from traceability.api.epcis_answers import event_known, invalid_events, name_versions
from traceability.api.packs import pack
from traceability.api.recalls import recalls
from traceability.api.stamps import could_not_check, stamp, too_many_unknown
from traceability.errors import (
    CouldNotCheckError,
    EventKnownError,
    InvalidEventsError,
    TooManyUnknownError,
)

blueprint = Blueprint("traceability_api", __name__, url_prefix="/api/v1")

blueprint.add_url_rule("/stamps/<code>", view_func=stamp, strict_slashes=False)
blueprint.add_url_rule("/recalls", view_func=recalls)
blueprint.add_url_rule("/offline-packs/<name>", view_func=pack)
add_routes(blueprint, epcis_urls.ROUTES)
for method, address, view in epcis_urls.WITH_ADDRESSES:
    blueprint.add_url_rule(address, view_func=view, methods=[method], merge_slashes=False)
blueprint.after_request(name_versions)
blueprint.register_error_handler(InvalidEventsError, invalid_events)
blueprint.register_error_handler(EventKnownError, event_known)
blueprint.register_error_handler(CouldNotCheckError, could_not_check)
blueprint.register_error_handler(TooManyUnknownError, too_many_unknown)
blueprint.register_error_handler(InvalidParameterError, invalid_parameter)
