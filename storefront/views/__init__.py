"""The pages that anyone may read. `urls` says which address leads to which view."""
