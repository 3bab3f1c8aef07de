"""`flask accounts …`: people, from the command line."""

from flask.cli import AppGroup

cli = AppGroup("accounts", help="People and their roles.")
