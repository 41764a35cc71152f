import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { StackLocator } from "@spot-messaging/cli";
import type { Topology } from "@spot-messaging/topology";
import { beforeAll, describe, expect, it } from "vitest";
import { locateDeclarations } from "../../../src/cli/declarations/declarations.ts";
import { projectRoot } from "../../../src/cli/project.ts";
import { readEnvironment, stackNames } from "../../../src/cli/stackFile.ts";
import { buildTopology } from "../../../src/topology/index.ts";

const folder = "src/topology";

/** What each file declares; what computes several names is one line. */
const words: Readonly<Record<string, RegExp>> = {
    exchange: /\b(?:topic\(|direct\(|fanout\(|headers\()/u,
    queue: /\b(?:work\(|requests\(|transient\(|commands\(|parking\(|plain\()/u,
    service: /\bservice\(/u,
};

let locate: StackLocator;
beforeAll(async () => {
    locate = await locateDeclarations();
});

/** The line that declares an object; empty if none is found. */
function lineOf(place: string): string {
    const { file = "", line = 0 } =
        locate({ rule: "", severity: "error", place, message: "", fix: "" }) ?? {};
    expect(readdirSync(join(projectRoot, folder)).map((name) => `${folder}/${name}`)).toContain(file);
    return readFileSync(join(projectRoot, file), "utf8").split("\n")[line - 1]?.trim() ?? "";
}

function placesOf({ exchanges, queues, services }: Topology): readonly (readonly [string, string])[] {
    return [
        ...exchanges.map(({ vhost, name }) => ["exchange", `vhost "${vhost}": exchange "${name}"`] as const),
        ...queues.map(
            ({ vhost, name, purpose }) =>
                [purpose === "replies" ? "service" : "queue", `vhost "${vhost}": queue "${name}"`] as const,
        ),
        ...services.map(({ name }) => ["service", `service "${name}"`] as const),
    ];
}

const stacks = await stackNames();

describe("the declarations of spot", () => {
    it.each(stacks)("are found at their lines, in stack %s", async (stack) => {
        const places = placesOf(buildTopology(await readEnvironment(stack)));
        expect(places.length).toBeGreaterThan(30);
        for (const [kind, place] of places) {
            expect(lineOf(place), place).toMatch(words[kind] ?? /never/u);
        }
    });

    it.each([
        ['vhost "spot": queue "unrouted"', "unrouted"],
        ['vhost "spot": queue "admin.gateway"', "adminQueue("],
        ['vhost "spot": queue "analyzer.links.dlq"', "analyzerName("],
        ['vhost "spot": queue "gateway.replies"', "services.gateway"],
        ['vhost "spot": binding "spot.replies -> gateway.replies (gateway)"', "services.gateway"],
        ['vhost "spot": policy "queue.notifications.status"', "statusQueue"],
        [
            'vhost "spot": binding "spot.analysis -> result-processor (analyze.result)"',
            "services.resultProcessor",
        ],
        ['service "gateway": user "gateway.2"', "services.gateway"],
        ['virtual host "spot"', "vhostName"],
    ])("are those that a finding is about: %s", (place, word) => {
        expect(lineOf(place)).toContain(word);
    });

    it("have no line for what is not declared", () => {
        const finding = { rule: "", severity: "error", message: "", fix: "" } as const;
        expect(locate({ ...finding, place: 'vhost "shop": queue "orders"' })).toEqual({
            file: "src/topology/index.ts",
        });
    });
});
