"""Pages of money: of producers and of administrators."""
