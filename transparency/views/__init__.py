"""The public log for people."""
