"""Work with people's accounts for later, one module for each subject."""
