"""Work of the catalogue for later, one module for each subject."""
