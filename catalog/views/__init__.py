"""Pages of the register itself: stored documents."""
