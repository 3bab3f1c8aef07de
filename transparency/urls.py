"""Which address leads to which page and data of the public log. `/log` is the prefix of C2SP tlog-tiles."""

from flask import Blueprint

from transparency.api.log import consistency, log_entries, log_entry, log_root
from transparency.views.files import audit, checkpoint, proof, record_kinds, records, tile
from transparency.views.log import entry, log
from transparency.views.witness import add_checkpoint, witnesses

blueprint = Blueprint("transparency", __name__)
blueprint.add_url_rule("/log", view_func=log)
blueprint.add_url_rule("/log/<int:seq>", view_func=entry)
blueprint.add_url_rule("/log/checkpoint", view_func=checkpoint)
blueprint.add_url_rule("/log/witnesses", view_func=witnesses)
blueprint.add_url_rule("/log/add-checkpoint", view_func=add_checkpoint, methods=["POST"])
blueprint.add_url_rule("/log/audit.py", view_func=audit)
blueprint.add_url_rule("/log/records", view_func=record_kinds)
blueprint.add_url_rule("/log/records/<kind>", view_func=records)
blueprint.add_url_rule("/log/tile/<path:path>", view_func=tile)
blueprint.add_url_rule("/log/proof/<int:seq>.tlog-proof", view_func=proof)

api = Blueprint("transparency_api", __name__, url_prefix="/api/v1/log")
api.add_url_rule("/root", view_func=log_root)
api.add_url_rule("/entries", view_func=log_entries)
api.add_url_rule("/entries/<int:seq>", view_func=log_entry)
api.add_url_rule("/consistency/<int:old_size>", view_func=consistency)
