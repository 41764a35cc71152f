"""Deceptive text: phrases, imitated brands, mixed alphabets."""
