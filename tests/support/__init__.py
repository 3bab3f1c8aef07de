"""What the tests stand on: a database for each test, a clock that stands still, no way off the machine."""
