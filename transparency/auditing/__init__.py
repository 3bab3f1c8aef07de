"""The program with which a stranger checks a log from outside, in parts; `one_file` puts them together as `audit.py`.

Nothing here leans on anything but the standard library and parts that stand before it, and nothing of it is used to run
the log: it was written a second time on purpose, so that one mistake is not made twice.
"""
