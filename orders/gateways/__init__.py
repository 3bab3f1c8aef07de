"""The doors to payment services, one module for each way of payment."""
