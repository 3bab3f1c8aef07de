"""Money that is accounted for: Account, Journal, Posting. Whole dong; every journal sums to zero by its very shape.

Knows no order and no producer but as words in the names of accounts. Leans on `core`.
"""
