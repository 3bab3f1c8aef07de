"""EPCIS 2.0 without a database: hash identity of events, rules beyond the schema, our own events as documents."""
