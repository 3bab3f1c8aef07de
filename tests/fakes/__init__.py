"""Services of others as tests need them: they remember what they were asked, and can delay, fail and repeat."""
