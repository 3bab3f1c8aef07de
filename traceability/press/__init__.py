"""The press: labels as PDF written by hand, as bitmaps for printers of rolls, and a page to measure a printer by.

Leans on the QR tables, which draw a code from another in a few microseconds, and on one typeface of the house. What is
printed streams to a file and is never held whole, so a million labels take no more memory than a thousand.
"""
