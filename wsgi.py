"""Where `flask` and the server start."""

import os

from storefront.app import create_app

# What this program writes is read by nobody else on the machine: the database holds names and addresses.
os.umask(0o077)

app = create_app()
