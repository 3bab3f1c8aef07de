"""Tables of orders, one module for each subject."""
