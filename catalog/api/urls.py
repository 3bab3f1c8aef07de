"""Which address leads to which data."""

from flask import Blueprint

from catalog.api import counting, listings
from catalog.api.answers import invalid_parameter
from catalog.api.producers import producer
from catalog.api.products import product, product_list
from catalog.api.writing import invalid_body, invalid_listing
from catalog.errors import InvalidBodyError, InvalidFactError, InvalidParameterError

blueprint = Blueprint("catalog_api", __name__, url_prefix="/api/v1")

blueprint.add_url_rule("/products", view_func=product_list)
blueprint.add_url_rule("/products/<slug>", view_func=product)
blueprint.add_url_rule("/producers/<slug>", view_func=producer)
blueprint.register_error_handler(InvalidParameterError, invalid_parameter)
blueprint.register_error_handler(InvalidBodyError, invalid_body)
blueprint.register_error_handler(InvalidFactError, invalid_listing)

# A producer's own systems, by key.
for method, address, view in (
    ("GET", "/listings", listings.own_listing_list),
    ("POST", "/listings", listings.own_listing_create),
    ("GET", "/listings/<int:listing_id>", listings.own_listing),
    ("PATCH", "/listings/<int:listing_id>", listings.own_listing_change),
    ("PUT", "/listings/<int:listing_id>/publication", listings.publication_put),
    ("DELETE", "/listings/<int:listing_id>/publication", listings.publication_delete),
    ("POST", "/listings/<int:listing_id>/packs", listings.pack_create),
    ("PATCH", "/packs/<int:pack_id>", listings.pack_change),
    ("DELETE", "/packs/<int:pack_id>", listings.pack_delete),
    ("PUT", "/packs/<int:pack_id>/stock", counting.stock_put),
    ("PUT", "/packs/<int:pack_id>/price", counting.price_put),
    ("POST", "/stock", counting.stock_list),
    ("POST", "/prices", counting.price_list),
):
    blueprint.add_url_rule(address, view_func=view, methods=[method])
