"""Which address leads to which page of a person's account."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
