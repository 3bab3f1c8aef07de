"""Papers of orders as PDF: receipts, labels of parcels, packing slips. The door to `reportlab`."""
