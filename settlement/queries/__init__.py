"""Reads of settlement, one module for each subject."""
