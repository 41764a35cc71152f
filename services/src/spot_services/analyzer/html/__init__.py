"""Hypertext: what a reader sees of it, and its links."""
