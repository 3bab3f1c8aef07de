"""Which address leads to which page about the rules of the market."""

from typing import Final

from catalog.views.routes import Route
from storefront.views.rules.complaints import complaint_create, complaint_lookup_create, complaints
from storefront.views.rules.terms import returns_policy, terms

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/terms", terms),
    ("GET", "/returns-policy", returns_policy),
    ("GET", "/complaints", complaints),
    ("POST", "/complaints", complaint_create),
    ("POST", "/complaints/lookups", complaint_lookup_create),
)
