"""The public log for programs: `/api/v1/log/…`."""
