"""Addresses of the account, and of the pages on which shoppers keep, follow and ask."""

from typing import Final

from catalog.views.routes import Route
from storefront.views.account.addresses import (
    account_addresses,
    address,
    address_create,
    address_default_create,
    address_deletion_create,
    address_new,
    address_update,
)
from storefront.views.account.asking import (
    question,
    question_create,
    question_report,
    question_report_create,
    question_report_sent,
)
from storefront.views.account.consents import account_privacy, consent_create, consent_withdrawal_create
from storefront.views.account.erasure import account_erasure, erasure_create, erasure_withdrawal_create
from storefront.views.account.exports import account_data, export_create, export_file
from storefront.views.account.home import account, account_profile, account_profile_update
from storefront.views.account.lists import (
    account_favourites,
    account_follows,
    account_questions,
    favourite,
    favourite_create,
    favourite_deletion_create,
    follow,
    follow_create,
    follow_deletion_create,
)

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/account", account),
    ("GET", "/account/profile", account_profile),
    ("POST", "/account/profile", account_profile_update),
    ("GET", "/account/privacy", account_privacy),
    ("POST", "/account/consents/<purpose>", consent_create),
    ("POST", "/account/consents/<purpose>/withdrawal", consent_withdrawal_create),
    ("GET", "/account/addresses", account_addresses),
    ("POST", "/account/addresses", address_create),
    ("GET", "/account/addresses/new", address_new),
    ("GET", "/account/addresses/<int:address_id>", address),
    ("POST", "/account/addresses/<int:address_id>", address_update),
    ("POST", "/account/addresses/<int:address_id>/default", address_default_create),
    ("POST", "/account/addresses/<int:address_id>/deletion", address_deletion_create),
    ("GET", "/account/data", account_data),
    ("POST", "/account/data/exports", export_create),
    ("GET", "/account/data/exports/<int:export_id>", export_file),
    ("GET", "/account/erasure", account_erasure),
    ("POST", "/account/erasure", erasure_create),
    ("POST", "/account/erasure/withdrawal", erasure_withdrawal_create),
    ("GET", "/account/favourites", account_favourites),
    ("GET", "/account/follows", account_follows),
    ("GET", "/account/questions", account_questions),
    ("GET", "/products/<slug>/favourite", favourite),
    ("POST", "/products/<slug>/favourite", favourite_create),
    ("POST", "/products/<slug>/favourite/deletion", favourite_deletion_create),
    ("GET", "/producers/<slug>/follow", follow),
    ("POST", "/producers/<slug>/follow", follow_create),
    ("POST", "/producers/<slug>/follow/deletion", follow_deletion_create),
    ("GET", "/products/<slug>/questions", question),
    ("POST", "/products/<slug>/questions", question_create),
    ("GET", "/questions/<int:question_id>/reports", question_report),
    ("POST", "/questions/<int:question_id>/reports", question_report_create),
    ("GET", "/questions/<int:question_id>/reports/sent", question_report_sent),
)
