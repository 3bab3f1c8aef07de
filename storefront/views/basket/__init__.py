"""Pages of the basket."""
