"""What is due to whom: commission and tax rules, statements of producers, payouts.

Reads orders, posts to the ledger. Leans on `orders`, `catalog`, `ledger`, `accounts` and `core`.
"""
