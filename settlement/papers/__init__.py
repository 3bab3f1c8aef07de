"""Papers of money: statements, batch files for banks, tax exports and certificates."""
