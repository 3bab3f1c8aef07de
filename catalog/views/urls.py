"""Which address leads to which page of the register itself."""

from catalog.views.document import blueprint
from catalog.views.open_data import open_data, register_csv, register_json
from catalog.views.pictures import certificate_page, picture
from catalog.views.suggest_communes import suggest_communes

__all__ = ["blueprint"]

blueprint.add_url_rule("/open-data", view_func=open_data)
blueprint.add_url_rule("/open-data/register.csv", view_func=register_csv)
blueprint.add_url_rule("/open-data/register.json", view_func=register_json)
blueprint.add_url_rule("/suggest/communes", view_func=suggest_communes)
blueprint.add_url_rule("/pictures/<key>/<name>.<form>", view_func=picture)
blueprint.add_url_rule("/certificates/<int:certificate_id>/pages/<int:number>", view_func=certificate_page)
