import { defaultSegmentSize } from "../../broker/streamSegment.ts";
import { type Bytes, formatBytes } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const largeStreamSegment: CheckRule = {
    id: "largeStreamSegment",
    severity: "warning",
    reason: "A stream deletes whole segment files and always keeps the last one, so a bound below two segments is not kept: measured, 16 MiB became 120 MB.",
    fix: 'Set "stream-max-segment-size-bytes" to at most a quarter of the bound before the stream is declared.',
    invariants: ["boundedQueues"],
    source: "https://www.rabbitmq.com/docs/streams#retention",
    check: ({ topology, number, isExport }) =>
        topology.queues
            .filter(({ type }) => type === "stream")
            .flatMap((queue) => {
                const bound = number(queue, "max-length-bytes");
                const segment = number(queue, "stream-max-segment-size-bytes") ?? defaultSegmentSize;
                return bound === undefined || segment * 2 <= bound
                    ? []
                    : [
                          {
                              ...(isExport && { severity: "note" as const }),
                              place: queuePlace(queue),
                              message: `is bounded to ${formatBytes(bound as Bytes)}, but its segments have ${formatBytes(segment as Bytes)}, so it can grow to more than ${formatBytes(Math.max(segment, bound) as Bytes)} before it deletes anything`,
                              fix: `set "stream-max-segment-size-bytes" to at most ${Math.max(Math.floor(bound / 4), 1)} before the stream is declared`,
                          },
                      ];
            }),
};
