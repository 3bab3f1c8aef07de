"""What changes lots, stamps, recalls and scans. Nothing here commits; when it happens is an argument."""
