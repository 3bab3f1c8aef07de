"""Pages of orders that are not the shopper's, one module or folder for each audience."""
