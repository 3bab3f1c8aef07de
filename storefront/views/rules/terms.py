"""On what terms is sold here, what may be sent back, and who answers for the market."""

from flask import Response, current_app, render_template

from catalog.sale_rules import list_sale_rules
from core import clock
from core.web.access import public
from orders.return_rules import DISPUTE_WITHIN, RETURN_WITHIN
from storefront.views.checkout.steps import TERMS_VERSION
from storefront.views.frame import page_of_version


@public
def terms() -> Response:
    """The terms of sale, with the version that orders name, and who runs the market."""
    return page_of_version(TERMS_VERSION, ("terms",), _terms)


@public
def returns_policy() -> Response:
    """What may be sent back, until when, and how the money comes back."""
    return page_of_version(TERMS_VERSION, ("returns_policy",), _returns)


def _terms() -> str:
    return render_template(
        "storefront/terms.html",
        version=TERMS_VERSION,
        rules=[rule for rule in list_sale_rules() if rule.valid_to is None or rule.valid_to >= clock.today()],
        pays_producers=current_app.extensions["settings"].payments.payment_mode.value == "producers",
    )


def _returns() -> str:
    return render_template(
        "storefront/returns_policy.html",
        version=TERMS_VERSION,
        return_days=RETURN_WITHIN.days,
        dispute_days=DISPUTE_WITHIN.days,
    )
