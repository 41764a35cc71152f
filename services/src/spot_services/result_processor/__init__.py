"""The result processor: stores every result and publishes its notification."""
