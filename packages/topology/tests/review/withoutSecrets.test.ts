import { expect, it } from "vitest";
import { exchange, queue, type Topology } from "../../src/model/index.ts";
import { review } from "../../src/review/report/review.ts";
import { withoutSecrets } from "../../src/review/report/withoutSecrets.ts";
import { spot } from "./edits.ts";

function holding(uri: string): Topology {
    return {
        ...spot,
        exchanges: [
            ...spot.exchanges,
            exchange("spot", "far", "topic", { arguments: { "x-uri": uri, "x-token": uri } }),
        ],
        queues: [...spot.queues, queue("spot", "far", "quorum", { arguments: { "x-note": uri } })],
    };
}

const one = "amqps://shovel:canary-1@far.example.com";
const other = "amqps://shovel:canary-2@far.example.com";

it("leaves a topology without secrets as it is", () => {
    expect(withoutSecrets(spot, spot)).toEqual({ before: spot, after: spot });
    expect(withoutSecrets(undefined, spot)).toEqual({ before: undefined, after: spot });
});

it("takes credentials out of arguments, and tells equal ones from others", () => {
    const { before, after } = withoutSecrets(holding(one), holding(other));
    expect(JSON.stringify([before, after])).not.toContain("canary");
    expect(before?.queues.at(-1)?.arguments).toEqual({
        "x-note": "amqps://shovel:[secret 1]@far.example.com",
    });
    expect(after?.queues.at(-1)?.arguments).not.toEqual(before?.queues.at(-1)?.arguments);
});

it("changes nothing about what is found", () => {
    const found = (before: Topology | undefined, after: Topology | undefined) =>
        review("dev", before ?? spot, after ?? spot).changes.map(({ id, consequence }) => [id, consequence]);
    const same = withoutSecrets(holding(one), holding(one));
    expect(found(same.before, same.after)).toEqual([]);
    const changed = withoutSecrets(holding(one), holding(other));
    expect(found(changed.before, changed.after)).toEqual(found(holding(one), holding(other)));
    expect(found(changed.before, changed.after)).toEqual([
        ["replace queue spot/far", "lost"],
        ["replace exchange spot/far", "none"],
    ]);
});
