"""Points of introduction and sale as shoppers see them."""
