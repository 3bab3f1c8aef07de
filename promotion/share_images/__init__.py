"""Pictures for sharing, drawn by us: our plate of stars where a recognition is in force, never the official mark.

`captions` says what stands on one, `letters` sets lines of Vietnamese, `drawing` is a door to Pillow, and opens
photographs of our own making only.
"""
