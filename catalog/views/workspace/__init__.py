"""Pages of the producers' workspace."""
