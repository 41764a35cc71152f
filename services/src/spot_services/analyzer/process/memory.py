"""The memory of the service, and the share of it that a mail takes."""

import os
from collections.abc import Iterable
from pathlib import Path

from spot_services.analyzer.budget import MEBIBYTE

CGROUP = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
# Without a limit: what a workstation can spare.
DEFAULT = 1024 * MEBIBYTE
# The service itself, the process that the parser processes are copies of, and the kernel's buffers; measured.
RESERVED = 192 * MEBIBYTE
SMALLEST = 64 * MEBIBYTE
# A parser process holds the mail and one decoded attachment; the service holds the mail while it sends it.
EXPANSION = 2
# The memory of one parser process without its mail: text, tree, findings.
FIXED = 48 * MEBIBYTE


def container_memory(files: Iterable[Path] = CGROUP) -> int:
    """The memory limit of the container in bytes."""
    for file in files:
        try:
            limit = int(file.read_text())
        except (OSError, ValueError):
            # Another version of control groups, or "max".
            continue
        if limit < os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"):
            return limit
    return DEFAULT


def capacity(memory: int) -> int:
    """The bytes that all parser processes together may take."""
    return max(memory - RESERVED, SMALLEST)


def cost(size: int) -> int:
    """The bytes that a mail of this size may take in its parser process."""
    return FIXED + EXPANSION * size
