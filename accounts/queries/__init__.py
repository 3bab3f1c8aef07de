"""Reads about people. What is not the asker's own is not found."""
