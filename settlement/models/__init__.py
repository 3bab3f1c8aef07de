"""Tables of settlement, one module for each subject."""
