"""Which address leads to which data."""

from flask import Blueprint

from catalog.api.answers import invalid_parameter
from catalog.errors import InvalidParameterError
from catalog.views.routes import add_routes
from traceability.api import epcis_urls
from traceability.api.packs import pack
from traceability.api.recalls import recalls
from traceability.api.stamps import could_not_check, stamp, too_many_unknown
from traceability.errors import CouldNotCheckError, TooManyUnknownError

blueprint = Blueprint("traceability_api", __name__, url_prefix="/api/v1")

blueprint.add_url_rule("/stamps/<code>", view_func=stamp, strict_slashes=False)
blueprint.add_url_rule("/recalls", view_func=recalls)
blueprint.add_url_rule("/packs/<name>", view_func=pack)
add_routes(blueprint, epcis_urls.ROUTES)
blueprint.register_error_handler(CouldNotCheckError, could_not_check)
blueprint.register_error_handler(TooManyUnknownError, too_many_unknown)
blueprint.register_error_handler(InvalidParameterError, invalid_parameter)
