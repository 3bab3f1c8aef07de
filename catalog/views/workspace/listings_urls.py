"""Addresses of the workspace: listings."""

from catalog.views.routes import Route
from catalog.views.workspace.drafts import (
    draft_apply,
    draft_discard,
    draft_fields,
    draft_save,
    draft_step,
)
from catalog.views.workspace.history import history, history_undo
from catalog.views.workspace.listings import (
    listing,
    listing_create,
    listing_new,
    listing_publish,
    listing_unpublish,
    listings,
)
from catalog.views.workspace.prices import prices, prices_save
from catalog.views.workspace.seasons import season, season_save, vacation, vacation_end, vacation_set
from catalog.views.workspace.stock import amount_words, stock, stock_set

_ALL = "/<int:producer_id>"
_ONE = "/<int:producer_id>/products/<int:product_id>"

ROUTES: tuple[Route, ...] = (
    ("GET", f"{_ALL}/products", listings),
    ("POST", f"{_ALL}/products", listing_create),
    ("GET", f"{_ALL}/products/new", listing_new),
    ("GET", _ONE, listing),
    ("POST", f"{_ONE}/publication", listing_publish),
    ("POST", f"{_ONE}/publication/end", listing_unpublish),
    ("GET", f"{_ONE}/draft/<step>", draft_step),
    ("POST", f"{_ONE}/draft/<step>", draft_save),
    ("POST", f"{_ONE}/draft/fields", draft_fields),
    ("POST", f"{_ONE}/draft/application", draft_apply),
    ("POST", f"{_ONE}/draft/removal", draft_discard),
    ("GET", f"{_ONE}/season", season),
    ("POST", f"{_ONE}/season", season_save),
    ("GET", f"{_ONE}/history", history),
    ("POST", f"{_ONE}/history/<int:change_id>/undo", history_undo),
    ("GET", f"{_ALL}/stock", stock),
    ("POST", f"{_ALL}/stock/<int:variant_id>", stock_set),
    ("GET", f"{_ALL}/prices", prices),
    ("POST", f"{_ALL}/prices", prices_save),
    ("GET", f"{_ALL}/amount", amount_words),
    ("GET", f"{_ALL}/vacation", vacation),
    ("POST", f"{_ALL}/vacation", vacation_set),
    ("POST", f"{_ALL}/vacation/end", vacation_end),
)
