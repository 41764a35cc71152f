import type { Service } from "@spot-messaging/topology";

/**
 * Time to cancel consumers, confirm pending messages and close two connections; `services/src/spot_messaging/service.py` takes at most 15
 * s.
 */
const goodbyeSeconds = 20;

/** Time to answer pending requests, see `services/src/spot_services/gateway/program.py`. */
const requestSeconds = 10;

/** The stop grace period of a service: time for its longest job, pending requests, and closing connections. */
export function stopGraceSeconds({ consumes, workload }: Service): number {
    const longest = Math.max(0, ...consumes.map(({ jobLimit }) => jobLimit));
    return (
        Math.ceil(longest / 1_000) + goodbyeSeconds + (workload?.httpPort === undefined ? 0 : requestSeconds)
    );
}
