import type { Service } from "@spot-messaging/topology";

/** To cancel consumers, confirm what is under way and close two connections; `services/src/spot_messaging/service.py` takes 15 s at most. */
const goodbyeSeconds = 20;

/** How long requests under way may take to be answered, see `services/src/spot_services/gateway/program.py`. */
const requestSeconds = 10;

/** How long a stopping service may take: it finishes its longest job, answers its requests, and says good-bye. */
export function stopGraceSeconds({ consumes, workload }: Service): number {
    const longest = Math.max(0, ...consumes.map(({ jobLimit }) => jobLimit));
    return (
        Math.ceil(longest / 1_000) + goodbyeSeconds + (workload?.httpPort === undefined ? 0 : requestSeconds)
    );
}
