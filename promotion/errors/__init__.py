"""What trade promotion refuses: one file per area, each error with its facts; pages turn them into sentences."""
