"""Forms of trade promotion, one module for each area."""
