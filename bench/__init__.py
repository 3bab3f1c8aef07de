"""Benchmarks that a person can run: `make bench`. Each figure is one JSON line on standard output.

Costs of pages are CPU time of the server per request, as a multiple of one reference (`bench.bare`) that runs
under the same server in the same run; so figures of two machines, or of a busy and a quiet hour, compare.
"""
