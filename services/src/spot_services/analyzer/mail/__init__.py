"""The structure of a mail, its parts and header fields, read within limits."""
