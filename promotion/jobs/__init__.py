"""What trade promotion does by itself."""
