"""What must always be true of orders, one module for each subject; run by `flask verify`."""
