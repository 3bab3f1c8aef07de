"""Pages of those who hold fairs. `promotion.views.fairs_urls` says which address leads to which."""
