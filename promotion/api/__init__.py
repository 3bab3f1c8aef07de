"""What telephones at booths ask and tell, as JSON."""
