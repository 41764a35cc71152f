import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import { buildTopology } from "../../../src/topology/index.ts";
import { devConfig, prodConfig } from "../environments.ts";

/** Every difference of two values, with its path. Items with a name or a source are matched by it, not by their position. */
function differences(a: unknown, b: unknown, path = ""): readonly string[] {
    if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) {
        return Object.is(a, b) ? [] : [`${path}: ${JSON.stringify(a)} -> ${JSON.stringify(b)}`];
    }
    const [left, right] = [fields(a), fields(b)];
    return [...new Set([...Object.keys(left), ...Object.keys(right)])]
        .sort()
        .flatMap((key) => differences(left[key], right[key], path === "" ? key : `${path}.${key}`));
}

function fields(value: object): Readonly<Record<string, unknown>> {
    return Array.isArray(value)
        ? Object.fromEntries(value.map((each: unknown, index) => [identityOf(each) ?? String(index), each]))
        : { ...value };
}

function identityOf(value: unknown): string | undefined {
    if (typeof value !== "object" || value === null) {
        return undefined;
    }
    const keys = ["name", "user", "exchange", "message", "source", "destination", "routingKey"];
    const words = Object.entries(value).filter(([key]) => keys.includes(key));
    return words.length === 0 ? undefined : words.map(([, word]) => String(word)).join(" ");
}

/** The allowed differences between the stacks: delays, replicas, who may use the gateway, and protection of queues. */
const allowed: readonly RegExp[] = [
    /^policies\.queue\.[\w.-]+\.definition\.delayed-retry-min: /,
    /^services\.analyzer-orchestrator\.workload\.settings\.analysisDeadlineMs: /,
    /^services\.analyzer\.\w+\.workload\.replicas: /,
    /^services\.gateway\.workload\.settings\.(hosts\.\d|requireToken): /,
    /^queues\.[\w.-]+\.retain: false -> true$/,
];

const dev = buildTopology(parseEnvironment("dev", devConfig));
const prod = buildTopology(parseEnvironment("prod", prodConfig));

/** The logical names of the objects on the broker; if not every stack has an object, its line names the stacks. */
async function resources(): Promise<readonly string[]> {
    const text = await readFile(new URL("../pins/logicalNames.txt", import.meta.url), "utf8");
    return text.split("\n").filter((line) => line.startsWith("rabbitmq:"));
}

describe("dev and prod", () => {
    const found = differences(dev, prod);

    it("declare the same, except for the allowed differences", () => {
        expect(found.filter((each) => !allowed.some((pattern) => pattern.test(each)))).toEqual([]);
    });

    it.each(allowed)("differ in %s, so that no allowed difference is unused", (pattern) => {
        expect(found.filter((each) => pattern.test(each)).length).toBeGreaterThan(0);
    });

    it("have objects of the same names on the broker", async () => {
        const names = await resources();
        expect(names.length).toBeGreaterThan(100);
        expect(names.filter((line) => line.endsWith(")"))).toEqual([]);
    });

    it.each([
        [
            "a missing queue",
            { ...prod, queues: prod.queues.slice(1) },
            /^queues\.admin\.analyzer-orchestrator: /,
        ],
        [
            "another type",
            { ...prod, exchanges: prod.exchanges.map((each) => ({ ...each, type: "fanout" })) },
            /^exchanges\.spot\.admin\.type: "topic" -> "fanout"$/,
        ],
    ])("would differ in %s", (_, other, pattern) => {
        const unexpected = differences(dev, other).filter((each) => !allowed.some((one) => one.test(each)));
        expect(unexpected.filter((each) => pattern.test(each))).toHaveLength(1);
    });
});
