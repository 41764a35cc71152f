"""The migrations of this schema."""
