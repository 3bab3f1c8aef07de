"""Pages of a buyer's orders."""
