"""Pages of people: sign-in, account, security."""
