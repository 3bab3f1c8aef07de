"""`flask accounts …`: people, from the command line."""

from flask.cli import AppGroup

from accounts.cli.people import COMMANDS

cli = AppGroup("accounts", help="People and their roles.")

for _command in COMMANDS:
    cli.add_command(_command)
