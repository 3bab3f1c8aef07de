"""Who may do what in trade promotion: one file per area."""
