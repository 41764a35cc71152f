import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Topology } from "@spot-messaging/topology";
import { queue } from "@spot-messaging/topology";
import { writeSnapshot } from "@spot-messaging/topology/review";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sampleTopology } from "../../../tests/support/sampleTopology.ts";
import type { FakeBroker } from "../../management/tests/fakeBroker.ts";
import { type DriftBrokerSettings, driftBroker } from "./driftBroker.ts";
import { type TopologyRun, type TopologyRunSettings, topology } from "./topologyRun.ts";

const declared = sampleTopology("4.3");
const env = { TOPOLOGY_BROKER_PASSWORD: "canary-password" };
const folder = mkdtempSync(join(tmpdir(), "drift-command-"));
const snapshot = join(folder, "dev.json");
const administrator: DriftBrokerSettings = { topology: declared, tags: ["administrator"] };

let settings: DriftBrokerSettings = administrator;
let broker: FakeBroker;

beforeAll(() => {
    writeFileSync(snapshot, writeSnapshot(declared, "dev"));
});
beforeEach(async () => {
    settings = administrator;
    broker = await driftBroker(() => settings);
});
afterEach(() => {
    broker.close();
});
afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
});

function drift(args: readonly string[] = [], more: TopologyRunSettings = {}): Promise<TopologyRun> {
    const url = broker.endpoint.replace("//", "//admin@");
    return topology(["drift", "--file", snapshot, "--broker", url, ...args], { env, ...more });
}

const [vhost = ""] = declared.vhosts.map(({ name }) => name);
const withStray: Topology = { ...declared, queues: [...declared.queues, queue(vhost, "stray", "quorum")] };

describe("topology drift", () => {
    it("ends with 0 if nothing differs, and says which passwords it does not know", async () => {
        const { exitCode, output, errors } = await drift();
        expect(exitCode).toBe(0);
        // A busy machine is slow, which the command reports.
        expect(errors.replace(/^reading broker .*\n/u, "")).toBe("");
        expect(output).toContain("topology: no difference between the declaration and broker");
        expect(output).toMatch(
            /not compared\n {2}whether the passwords of "[^\n]+" and \d+ more were changed: /u,
        );
    });

    it("ends with 1 and names the difference, what is not declared and what repairs it", async () => {
        settings = { ...administrator, topology: withStray };
        const { exitCode, output } = await drift();
        expect(exitCode).toBe(1);
        expect(output).toContain('queue "stray" is added');
        expect(output).toContain(
            `repair: \`pulumi up\` does not see it. Declare it, or delete it if it is empty and unused: rabbitmqctl delete_queue --vhost ${vhost} --if-empty --if-unused stray`,
        );
        expect(output).toContain("+ queue stray");
    });

    it.each<readonly [string, readonly string[], readonly string[]]>([
        [
            "management",
            ["management"],
            [
                "virtual hosts that are not declared",
                "users, their tags, limits, passwords, permissions and topic permissions",
                "parameters of plugins and of the cluster (shovels, federation)",
                "nodes that are down, and enabled plugins",
            ],
        ],
        [
            "policymaker",
            ["policymaker"],
            [
                "virtual hosts that are not declared",
                "users, their tags, limits, passwords, permissions and topic permissions",
                "nodes that are down, and enabled plugins",
            ],
        ],
        [
            "monitoring",
            ["monitoring"],
            [
                "users, their tags, limits, passwords, permissions and topic permissions",
                "parameters of plugins and of the cluster (shovels, federation)",
            ],
        ],
    ])("finds what a user with the tag %s sees, and lists the rest", async (_, tags, unseen) => {
        settings = { topology: withStray, tags };
        const { exitCode, output } = await drift(["--json"]);
        const report = JSON.parse(output) as {
            changes: readonly { id: string }[];
            unseen: readonly { what: string }[];
        }; // what the command wrote
        expect({
            exitCode,
            changes: report.changes.map(({ id }) => id),
            unseen: report.unseen.map(({ what }) => what),
        }).toEqual({ exitCode: 1, changes: [`create queue ${vhost}/stray`], unseen });
    });

    it("does not take a virtual host that the user may not see for a missing one", async () => {
        settings = {
            topology: declared,
            tags: ["monitoring"],
            answers: { [`exchanges/${vhost}`]: { status: 401 } },
        };
        const { exitCode, output } = await drift();
        expect(exitCode).toBe(0);
        expect(output).toContain(
            `the objects in virtual host "${vhost}": user "admin" has no permission there`,
        );
    });

    it("counts undeclared users, unless they are named as operators", async () => {
        const users = [...declared.users, { name: "root", tags: ["administrator"] as const }];
        settings = { ...administrator, topology: { ...declared, users } };
        expect(await drift()).toMatchObject({ exitCode: 1 });
        expect(await drift(["--operator", "root"])).toMatchObject({ exitCode: 0 });
    });

    it("writes the formats of a review", async () => {
        settings = { ...administrator, topology: withStray };
        const file = join(folder, "drift.md");
        const { exitCode, output } = await drift(["--markdown", file, "--summary"]);
        expect(exitCode).toBe(1);
        expect(output).toMatch(
            /^topology: 1 difference between the declaration and broker "[^"]+";[^\n]+\n$/u,
        );
        expect(readFileSync(file, "utf8")).toMatch(
            /^### 🛑 topology: 1 difference[^]+```diff\n\+ queue stray\n```/u,
        );
    });

    it.each<
        readonly [
            string,
            readonly string[],
            Readonly<Record<string, { status: number } | null>>,
            number,
            string,
        ]
    >([
        ["a user that the broker refuses", [], { whoami: { status: 401 } }, 2, "check the username"],
        ["an interval that is too short", ["--watch", "--interval", "1 ms"], {}, 2, "at least 1 second"],
        ["a file for --watch", ["--watch", "--markdown", "x.md"], {}, 2, "--watch and --markdown exclude"],
        ["an unknown virtual host", ["--vhost", "spto"], {}, 2, 'virtual host "spto" does not exist'],
    ])("explains %s", async (_, args, answers, code, text) => {
        settings = { ...administrator, answers };
        const { exitCode, output, errors } = await drift(args);
        expect({ exitCode, output }).toEqual({ exitCode: code, output: "" });
        expect(errors).toContain(text);
    });

    it("ends with 3 if the broker does not answer", async () => {
        broker.close();
        const { exitCode, errors } = await drift();
        expect(exitCode).toBe(3);
        expect(errors).toContain("cannot be reached");
    });
});

describe("topology drift --watch", () => {
    it("prints first everything and then what changes, until it is interrupted", async () => {
        const end = new AbortController();
        const lines: string[] = [];
        const steps = [withStray, declared];
        const { exitCode, output } = await drift(["--watch", "--interval", "1 second", "--json"], {
            interruption: end.signal,
            onPrint: (text) => {
                if (text === "") {
                    return;
                }
                lines.push(text);
                const next = steps.shift();
                if (next === undefined) {
                    end.abort();
                } else {
                    settings = { ...administrator, topology: next };
                }
            },
        });
        const printed = lines.map((line) => JSON.parse(line) as Record<string, readonly { title: string }[]>); // what the command wrote
        expect(
            printed.map(({ appeared = [], solved = [] }) => [
                appeared.map(({ title }) => title),
                solved.map(({ title }) => title),
            ]),
        ).toEqual([
            [[], []],
            [['queue "stray" is added'], []],
            [[], ['queue "stray" is added']],
        ]);
        expect({ exitCode, output }).toEqual({ exitCode: 0, output: lines.join("") });
    });
});
