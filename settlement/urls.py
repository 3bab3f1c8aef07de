"""Which addresses settlement answers: a producer's money, and the administrators' payouts."""

from flask import Blueprint

from catalog.views.routes import add_routes
from settlement.views import admin_urls, money_urls

money = Blueprint("money", __name__)
admin = Blueprint("settlement_admin", __name__)

add_routes(money, money_urls.ROUTES)
add_routes(admin, admin_urls.ROUTES)
