"""Pages of the officers' workspace."""
