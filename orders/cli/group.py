"""The group of commands about payments. Each module adds its own to it."""

from flask.cli import AppGroup, with_appcontext

from core.cli import require_migrated

payments = AppGroup("payments", help="Money of buyers: what services say of it.")
payments.callback = with_appcontext(require_migrated)
