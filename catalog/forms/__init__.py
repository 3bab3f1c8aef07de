"""Request data made into plain checked values, one module for each subject. They never touch the database."""
