"""The pages behind stamps and lots. `traceability.urls` says which address leads to which view."""
