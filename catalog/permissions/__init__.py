"""Who may do what with the nouns of the catalogue; each is a plain question about an `Actor`, answered yes or no."""
