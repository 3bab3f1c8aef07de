"""The doors to carriers, one module for each, behind one interface; a manual one needs no API."""
