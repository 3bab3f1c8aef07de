"""Addresses of the office: the register, its export, figures, who did what, guides."""

from catalog.views.office import acts, export, figures, guides, register
from catalog.views.routes import Route

ROUTES: tuple[Route, ...] = (
    ("GET", "/register", register.register),
    ("GET", "/producers", register.producers),
    ("GET", "/products/<int:product_id>", register.product),
    ("GET", "/producers/<int:producer_id>", register.producer),
    ("GET", "/export", export.export),
    ("GET", "/export/ptnt.<ending>", export.export_file),
    ("GET", "/programme", figures.programme),
    ("GET", "/programme/products/<int:stars>", figures.programme_products),
    ("GET", "/programme/subjects/<kind>", figures.programme_subjects),
    ("GET", "/programme/records/<province_code>", figures.programme_records),
    ("GET", "/audit", acts.audit),
    ("GET", "/guides", guides.guides),
    ("GET", "/guides/<name>", guides.guide),
)
