"""Parser processes: one for each mail, confined by the kernel, within the memory of the service."""
