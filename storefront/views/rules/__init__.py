"""Pages about the rules of the market: terms, returns, complaints."""
