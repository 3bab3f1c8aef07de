"""What the worker does for orders: messages, timers, calls to the outside."""
