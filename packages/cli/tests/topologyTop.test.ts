import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sampleTopology } from "../../../tests/support/sampleTopology.ts";
import { type FakeAnswer, type FakeBroker, fakeBroker } from "../../management/tests/fakeBroker.ts";
import type { Screen } from "../src/process/screen.ts";
import { colours, plain } from "../src/render/paint.ts";
import { sampleProgram, type TopologyRun, type TopologyRunSettings, topology } from "./topologyRun.ts";

const names = sampleTopology("4.3").queues.map(({ name }) => name);
const env = { TOPOLOGY_BROKER_PASSWORD: "canary-password" };
const overview = { rabbitmq_version: "4.3.6", erlang_version: "28", cluster_name: "c", node: "a@one" };

/** A queue in the answer of the broker. Its messages have waited for the whole hour. */
function queueAnswer(name: string, odd: Readonly<Record<string, object>>): object {
    const counts = { messages_ready: 0, messages_unacknowledged: 0, consumers: 1, ...odd[name] };
    const samples = Array.from({ length: 60 }, (_, index) => ({
        sample: counts.messages_ready,
        timestamp: 1_795_508_600_000 - index * 60_000,
    }));
    return { vhost: "spot", name, state: "running", ...counts, messages_ready_details: { samples } };
}

const troubles: Readonly<Record<string, object>> = {
    "analyzer.links": { messages_ready: 1_250, consumers: 0 },
    "notifications.email.dlq": { messages_ready: 2 },
    "result-processor": { state: "minority" },
    stray: { messages_ready: 4 },
};

let broker: FakeBroker;
let odd: Readonly<Record<string, object>> = {};
let nodes: readonly object[] = [];
let isDown = false;

beforeEach(async () => {
    odd = {};
    nodes = [{ name: "a@one", running: true }];
    isDown = false;
    broker = await fakeBroker(({ line }): FakeAnswer => {
        if (isDown) {
            return { status: 503 };
        }
        if (line.startsWith("GET /api/overview")) {
            return { body: JSON.stringify(overview) };
        }
        if (line.startsWith("GET /api/nodes")) {
            return { body: JSON.stringify(nodes) };
        }
        const items = [...names, ...("stray" in odd ? ["stray"] : [])].map((name) => queueAnswer(name, odd));
        return { body: JSON.stringify({ page_count: 1, items }) };
    });
});

afterEach(() => {
    broker.close();
});

function top(args: readonly string[] = [], settings: TopologyRunSettings = {}): Promise<TopologyRun> {
    const url = broker.endpoint.replace("http://", "http://guest@");
    return topology(["top", "--config", sampleProgram, "--broker", url, ...args], { env, ...settings });
}

/** The port differs from run to run. */
function placeless(text: string): string {
    return text.replaceAll(broker.endpoint, "http://broker:15672");
}

describe("topology top", () => {
    it("shows that there are no problems", async () => {
        const { exitCode, output, errors } = await top();
        expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: "" });
        await expect(placeless(output)).toMatchFileSnapshot("golden/top-calm.txt");
    });

    it("shows problems first", async () => {
        odd = troubles;
        nodes = [
            { name: "b@two", running: false },
            { name: "a@one", running: true, mem_alarm: true, disk_free_alarm: false },
        ];
        const { exitCode, output } = await top(["--once"]);
        expect(exitCode).toBe(1);
        await expect(placeless(output)).toMatchFileSnapshot("golden/top-trouble.txt");
    });

    it("says the same with colours", async () => {
        odd = troubles;
        const [coloured, bare] = [await top([], { page: { paint: colours } }), await top()];
        expect(coloured.output).not.toBe(bare.output);
        expect(stripVTControlCharacters(coloured.output)).toBe(bare.output);
    });

    it("leaves out the columns that a narrow page has no room for, and never the problems", async () => {
        odd = troubles;
        const { output } = await top([], { page: { paint: plain, width: 92 } });
        const heads = output.split("\n").find((line) => line.includes("ready  "));
        expect(heads?.trim().split(/\s+/)).toEqual(["queue", "ready", "consumers", "waits"]);
        expect(output).toContain("QueueHasNoConsumers");
    });

    it("is stable data for machines", async () => {
        odd = troubles;
        const { exitCode, output } = await top(["--json"]);
        const view = JSON.parse(output) as { queues: { name: string }[] }; // what the command itself wrote
        expect(exitCode).toBe(1);
        expect(view).toMatchObject({
            broker: {
                endpoint: broker.endpoint,
                version: "4.3.6",
                nodes: [{ name: "a@one", running: true, alarms: [] }],
            },
            undeclared: [{ vhost: "spot", name: "stray", ready: 4 }],
        });
        expect(view.queues.map(({ name }) => name)).toEqual(names);
        expect(view.queues.find(({ name }) => name === "analyzer.links")).toEqual({
            vhost: "spot",
            name: "analyzer.links",
            service: "analyzer.links",
            present: true,
            ready: 1_250,
            unacknowledged: 0,
            consumers: 0,
            inRate: 0,
            outRate: 0,
            oldestMs: 3_540_000,
            fill: 0.025,
            problems: [
                { alert: "QueueHasNoConsumers", severity: "critical" },
                { alert: "OldestMessageOverdue", severity: "warning" },
            ],
        });
    });

    it.each([
        [
            ["--interval", "soon"],
            '--interval "soon" is not a valid interval; write a duration such as "5 seconds", at least 1 second\n',
        ],
        [
            ["--interval", "10 milliseconds"],
            '--interval "10 milliseconds" is not a valid interval; write a duration such as "5 seconds", at least 1 second\n',
        ],
    ])("refuses %j", async (args, errors) => {
        expect(await top(args)).toEqual({ exitCode: 2, output: "", errors });
    });

    it("asks which broker is meant where only a file is given", async () => {
        expect(await topology(["top", "--file", "topology/dev.json"], { env })).toEqual({
            exitCode: 2,
            output: "",
            errors: '"topology/dev.json" does not name a broker; name it with --broker https://user@host:15671\n',
        });
    });

    it("tells that the broker cannot be reached", async () => {
        broker.close();
        const { exitCode, output, errors } = await top();
        expect({ exitCode, output }).toEqual({ exitCode: 3, output: "" });
        expect(errors).toMatch(/^broker "http:.*" cannot be reached/);
        expect(errors).not.toContain("canary-password");
    });
});

describe("topology top on a terminal", () => {
    /** A terminal whose user quits after some pictures. */
    function terminal(pictures: number, onPicture: (count: number) => void = () => undefined) {
        const end = new AbortController();
        const drawn: string[] = [];
        let isClosed = false;
        const screen: Screen = {
            rows: () => 16,
            columns: () => 110,
            draw: (text) => {
                drawn.push(text);
                onPicture(drawn.length);
                if (drawn.length === pictures) {
                    end.abort();
                }
            },
            ended: end.signal,
            close: () => {
                isClosed = true;
            },
        };
        return { screen, drawn, isClosed: () => isClosed };
    }

    it("draws again until its user quits, and leaves the terminal as it was", async () => {
        const { screen, drawn, isClosed } = terminal(2, () => {
            odd = troubles;
        });
        const { exitCode, output } = await top(["--interval", "1 second"], { screen });
        expect({ exitCode, output, closed: isClosed() }).toEqual({ exitCode: 0, output: "", closed: true });
        expect(drawn.map((text) => text.includes("no problems"))).toEqual([true, false]);
    });

    it("fits the terminal, and counts what it has no room for", async () => {
        odd = troubles;
        const { screen, drawn } = terminal(1);
        await top([], { screen });
        const lines = (drawn[0] ?? "").split("\n");
        expect(lines.length).toBeLessThan(16);
        expect(lines.every((line) => line.length <= 110)).toBe(true);
        expect(lines).toContainEqual(expect.stringMatching(/and \d+ more queues, without problems/));
    });

    it("waits for a broker that goes away, and shows what it knew", async () => {
        const { screen, drawn, isClosed } = terminal(3, (count) => {
            isDown = count === 1;
            if (count === 1) {
                broker.close();
            }
        });
        const { exitCode } = await top(["--interval", "1 second"], { screen });
        expect({ exitCode, closed: isClosed() }).toEqual({ exitCode: 0, closed: true });
        expect(drawn[1]).toContain("RabbitMQ 4.3.6");
        expect(drawn[1]).toContain("cannot be reached");
    });
});
