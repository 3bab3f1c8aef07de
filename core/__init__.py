"""What every package leans on and none of them owns: settings, database, clock, text, places, jobs, web.

No noun of the OCOP programme may appear here; `core` imports no other package.
"""
