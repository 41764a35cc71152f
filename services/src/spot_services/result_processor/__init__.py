"""The result processor: keeps every result and tells the world."""
