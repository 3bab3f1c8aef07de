"""The verdict on a stamp for programs: `/api/v1/stamps/<code>`, by the same queries as its page."""
