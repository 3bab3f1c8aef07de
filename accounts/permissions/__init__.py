"""Who may do what with people and their accounts; each is a plain question about an `Actor`, answered yes or no."""
