"""Addresses of the office: the register, and who did what."""

from catalog.views.office import acts, register
from catalog.views.routes import Route

ROUTES: tuple[Route, ...] = (
    ("GET", "/register", register.register),
    ("GET", "/producers", register.producers),
    ("GET", "/products/<int:product_id>", register.product),
    ("GET", "/producers/<int:producer_id>", register.producer),
    ("GET", "/audit", acts.audit),
)
