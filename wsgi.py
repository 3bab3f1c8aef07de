"""Where `flask` and the server start."""

from storefront.app import create_app

app = create_app()
