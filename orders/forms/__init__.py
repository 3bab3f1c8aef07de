"""Request data of orders made into plain checked values."""
