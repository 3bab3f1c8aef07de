"""Which address leads to which data."""

from flask import Blueprint

from catalog.api.answers import invalid_parameter
from catalog.api.producers import producer
from catalog.api.products import product, product_list
from catalog.errors import InvalidParameterError

blueprint = Blueprint("catalog_api", __name__, url_prefix="/api/v1")

blueprint.add_url_rule("/products", view_func=product_list)
blueprint.add_url_rule("/products/<slug>", view_func=product)
blueprint.add_url_rule("/producers/<slug>", view_func=producer)
blueprint.register_error_handler(InvalidParameterError, invalid_parameter)
