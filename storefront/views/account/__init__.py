"""Pages of a person's own account; nothing on them is kept by any cache."""
