import { afterAll, beforeAll, expect, it } from "vitest";
import { topology } from "../../packages/cli/tests/topologyRun.ts";
import { eventually } from "./support/eventually.ts";
import { startStack, type TestStack } from "./support/stack.ts";

/** A broker with the whole topology and no service, so that every declared consumer is missing. */
let stack: TestStack;

beforeAll(async () => {
    stack = await startStack("top", "4.3");
});

afterAll(async () => {
    await stack.remove();
});

interface View {
    readonly broker: { readonly version: string; readonly nodes: readonly object[] };
    readonly queues: readonly {
        readonly name: string;
        readonly present: boolean;
        readonly ready: number;
        readonly consumers: number;
        readonly problems: readonly { readonly alert: string }[];
    }[];
    readonly undeclared: readonly object[];
}

async function top(): Promise<{ readonly exitCode: number; readonly view: View }> {
    const { managementEndpoint, passwords } = stack.access;
    const { exitCode, output } = await topology(
        ["top", "--json", "--broker", managementEndpoint.replace("http://", "http://monitoring@")],
        { env: { TOPOLOGY_BROKER_PASSWORD: passwords["monitoring"] ?? "" } },
    );
    return { exitCode, view: JSON.parse(output) as View }; // what the command wrote
}

/** Repeats the command until its numbers, which are some seconds old, show the change. */
function topOnce(what: string, isComplete: (view: View) => boolean): ReturnType<typeof top> {
    return eventually(
        what,
        async () => {
            const run = await top();
            return isComplete(run.view) ? run : undefined;
        },
        30_000,
    );
}

it("shows what a broker really holds", async () => {
    const consumed = stack.topology.services
        .filter(({ workload }) => workload !== undefined)
        .flatMap(({ consumes }) => consumes.map(({ queue }) => queue));
    await stack.api.declareQueue("spot", "stray", { durable: true, auto_delete: false, arguments: {} });
    for (const routingKey of ["analyzer.links", "analyzer.links", "analyzer.links.dlq"]) {
        await stack.api.publish("spot", "", { routingKey, payload: "x" });
    }
    const { view, exitCode } = await topOnce("the numbers of three messages", ({ queues }) =>
        queues.some(({ name, ready }) => name === "analyzer.links.dlq" && ready === 1),
    );

    expect(exitCode).toBe(1);
    expect(view.broker).toMatchObject({ version: /^4\.3\./, nodes: [{ running: true, alarms: [] }] });
    expect(view.queues.every(({ present, consumers }) => present && consumers === 0)).toBe(true);
    const withProblem = (alert: string): readonly string[] =>
        view.queues
            .filter(({ problems }) => problems.some((each) => each.alert === alert))
            .map(({ name }) => name)
            .sort();
    expect(withProblem("QueueHasNoConsumers")).toEqual([...new Set(consumed)].sort());
    expect(withProblem("DeadLettersPresent")).toEqual(["analyzer.links.dlq"]);
    expect(withProblem("QueueMissing")).toEqual([]);
    expect(view.queues.filter(({ ready }) => ready > 0).map(({ name, ready }) => [name, ready])).toEqual([
        ["analyzer.links", 2],
        ["analyzer.links.dlq", 1],
    ]);
    expect(view.undeclared).toEqual([{ vhost: "spot", name: "stray", ready: 0 }]);

    await stack.api.deleteQueue("spot", "analyzer.links");
    const after = await topOnce("a queue that is missing", ({ queues }) =>
        queues.some(({ present }) => !present),
    );
    expect(
        after.view.queues.filter(({ present }) => !present).map(({ name, problems }) => [name, problems]),
    ).toEqual([["analyzer.links", [{ alert: "QueueMissing", severity: "critical" }]]]);
});
