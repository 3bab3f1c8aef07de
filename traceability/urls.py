"""Which address leads to which page of this package.

Paths that stand on paper (`/T/…`, `/01/…`) are frozen: a code once printed finds its page for ever, with or without a
slash at the end, in capital or small letters.
"""

from typing import cast

from flask import Blueprint, Flask

from catalog.views.routes import add_routes
from traceability.errors import CouldNotCheckError, TooManyUnknownError
from traceability.forms.amounts import written_amount
from traceability.looking import set_up_recorder
from traceability.views import origin_urls, recalls_urls, stamps_urls
from traceability.views.event_photo import event_photo
from traceability.views.link_answers import open_links, resolver_description
from traceability.views.links import digital_link, lot
from traceability.views.office_reports import report_close, report_note, report_photo, report_read, reports
from traceability.views.offline import offline_stamp, packs
from traceability.views.opening import opening, opening_create
from traceability.views.report import report, report_create
from traceability.views.scan import scan
from traceability.views.sealed import SEAL, sealed_link, sealed_stamp, stamp_keys
from traceability.views.stamp import could_not_check, stamp, too_many_unknown

blueprint = Blueprint("traceability", __name__)
desk = Blueprint("origin", __name__)
office = Blueprint("origin_office", __name__)
admin = Blueprint("origin_admin", __name__)

desk.add_app_template_global(written_amount)
add_routes(desk, origin_urls.ROUTES, stamps_urls.ROUTES, recalls_urls.ROUTES)
add_routes(office, origin_urls.OFFICE_ROUTES, stamps_urls.OFFICE_ROUTES, recalls_urls.OFFICE_ROUTES)
add_routes(admin, stamps_urls.ADMIN_ROUTES, recalls_urls.ADMIN_ROUTES)

# Made with the application, so that a wrong GEOIP_DB stops it at the start.
blueprint.record_once(lambda state: set_up_recorder(cast("Flask", state.app)))

for path in ("/T/<code>", "/t/<code>"):
    blueprint.add_url_rule(path, view_func=stamp, strict_slashes=False)
    blueprint.add_url_rule(f"{path}/report", view_func=report, strict_slashes=False)
    blueprint.add_url_rule(f"{path}/report", view_func=report_create, methods=["POST"], strict_slashes=False)
    blueprint.add_url_rule(f"{path}/opening", view_func=opening, strict_slashes=False)
    blueprint.add_url_rule(
        f"{path}/opening", view_func=opening_create, methods=["POST"], strict_slashes=False
    )
    blueprint.add_url_rule(f"{SEAL}{path}", view_func=sealed_stamp, strict_slashes=False)
blueprint.add_url_rule("/office/reports", view_func=reports)
blueprint.add_url_rule("/office/reports/<int:report_id>", view_func=report_read)
blueprint.add_url_rule("/office/reports/<int:report_id>/photo", view_func=report_photo)
blueprint.add_url_rule("/office/reports/<int:report_id>/notes", view_func=report_note, methods=["POST"])
blueprint.add_url_rule("/office/reports/<int:report_id>/closure", view_func=report_close, methods=["POST"])
blueprint.add_url_rule("/01/<path:names>", view_func=digital_link)
blueprint.add_url_rule("/products/<slug>/lots/<lot_code>", view_func=lot)
blueprint.add_url_rule("/.well-known/gs1resolver", view_func=resolver_description)
blueprint.after_request(open_links)
blueprint.add_url_rule(f"{SEAL}/01/<path:names>", view_func=sealed_link)
blueprint.add_url_rule("/.well-known/ocop-stamp-keys", view_func=stamp_keys)
blueprint.add_url_rule("/origin/photos/<key>/<name>.webp", view_func=event_photo)
blueprint.add_url_rule("/scan", view_func=scan, strict_slashes=False)
blueprint.add_url_rule("/offline/stamp", view_func=offline_stamp)
blueprint.add_url_rule("/packs", view_func=packs, strict_slashes=False)
# Other pages of ours send people who want to type a code here.
blueprint.add_url_rule("/T", view_func=scan, endpoint="type_code", strict_slashes=False)
blueprint.register_error_handler(CouldNotCheckError, could_not_check)
blueprint.register_error_handler(TooManyUnknownError, too_many_unknown)
