"""Files for other shelves: rows of goods by each shelf's rules, written as they are read, and read again to be checked.

Leans on `promotion.queries.channel_goods` for goods, on `promotion.channel_rules` and `column_maps` for what is asked.
"""
