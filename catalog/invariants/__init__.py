"""What must always be true of the catalogue, one module for each subject; run by `flask verify`."""
