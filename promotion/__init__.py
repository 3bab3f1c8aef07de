"""Trade promotion: Fair, Booth, TradeAccount and Quotation, channels, campaigns, points of sale, and what came of them.

Leans on `settlement` and `orders` for selling, on `traceability` for stamps, on `catalog` for goods, on `core`.
"""
