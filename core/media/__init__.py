"""Pictures and documents that strangers hand in: read only by a process of its own that may do little, made anew.

Leans on Pillow and PDFium, each behind one door; what comes out is pictures of our own making.
"""
