"""The analyzers: one program, whose contract says which of them it is."""
