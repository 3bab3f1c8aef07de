"""What must always be true of people's data, one module for each subject."""
