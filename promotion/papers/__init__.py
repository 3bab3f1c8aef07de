"""Papers of trade promotion as PDF."""
