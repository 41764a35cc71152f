"""`python3 -S -m spot_health <probe>`: is the service in this container healthy?

0 yes, 1 no, with the reasons on stdout, 2 wrong usage, which a probe treats as a failure too.
"""

import os
import sys
import time
from collections.abc import Sequence

from spot_health import DEFAULT_PATH, PROBES, failures, incarnation, read_report


def main(arguments: Sequence[str]) -> int:
    probe = next((each for each in PROBES if [each] == list(arguments)), None)
    if probe is None:
        known = ", ".join(PROBES)
        print(f'spot_health: probe "{" ".join(arguments)}" is unknown; known: {known}', file=sys.stderr)  # noqa: T201
        return 2
    report = read_report(os.environ.get("SPOT_HEALTH", DEFAULT_PATH), incarnation())
    reasons = failures(probe, report, time.monotonic())
    print("; ".join(reasons) or "fit")  # noqa: T201 - Kubernetes shows this line together with "probe failed"
    return 1 if reasons else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
