"""A producer's goods as a table to be worked on in a spreadsheet and read again. Pure: values in, values out.

Nouns: Column, SheetProduct, SheetRow, SheetMessage, SheetPlan. Leans on `catalog.spreadsheets`, the door to files.
"""
