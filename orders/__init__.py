"""What is bought: Cart, Order (one buyer's checkout), SellerOrder per producer, Payment, Refund, Shipment, StockHold.

Leans on `traceability` for lots, on `catalog` for goods, on `ledger` for money, on `accounts` and `core`.
"""
