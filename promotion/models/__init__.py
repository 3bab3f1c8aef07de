"""Tables of trade promotion, one module for each subject."""
