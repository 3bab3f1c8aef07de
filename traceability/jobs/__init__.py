"""What the worker does for this package: looks, copies and packs by itself; runs of stamps and sheets for people."""
