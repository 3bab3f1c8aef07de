"""What the whole site tells to machines: the OpenAPI document, the map of the site, and what robots may read."""
