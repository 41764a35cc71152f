import type Docker from "dockerode";
import { describe, expect, it } from "vitest";
import { interruptedUp, removeUnrecorded } from "../../../src/cli/interruptedUp.ts";

const container = "docker:index/container:Container";
const network = "docker:index/network:Network";

function resource(type: string, name: unknown, id?: string): object {
    return {
        urn: `urn:${String(name)}`,
        custom: true,
        type,
        inputs: { name, secret: "v1:x" },
        ...(id && { id }),
    };
}

function state(pending: readonly [string, object][] | undefined, resources: readonly object[] = []): string {
    return JSON.stringify({
        version: 3,
        deployment: {
            secrets_providers: { type: "passphrase" },
            resources,
            ...(pending && {
                pending_operations: pending.map(([type, resource]) => ({ type, resource })),
            }),
        },
    });
}

/** Records what is removed. */
function docker(existing: {
    readonly containers?: Readonly<Record<string, string>>;
    readonly networks?: readonly (readonly [string, string])[];
    readonly inUse?: string;
}): { readonly engine: Docker; readonly removed: string[] } {
    const removed: string[] = [];
    const object = (id: string): object => ({
        remove: () => {
            if (id === existing.inUse) {
                return Promise.reject(new Error("has active endpoints"));
            }
            removed.push(id);
            return Promise.resolve();
        },
    });
    const engine = {
        listContainers: () =>
            Promise.resolve(
                Object.entries(existing.containers ?? {}).map(([name, Id]) => ({ Names: [`/${name}`], Id })),
            ),
        listNetworks: () => Promise.resolve((existing.networks ?? []).map(([Name, Id]) => ({ Name, Id }))),
        getContainer: object,
        getNetwork: object,
    } as unknown as Docker; // the methods that are called
    return { engine, removed };
}

describe("a run that was killed", () => {
    it.each<[string, string]>([
        ["was never started", JSON.stringify({ version: 3, deployment: {} })],
        ["has an empty deployment", state(undefined)],
        ["completed", state([], [resource(container, "a", "1")])],
        ["was killed while it deleted", state([["deleting", resource(container, "a", "1")]])],
        [
            "was killed while it updated",
            state([["updating", resource("rabbitmq:index/queue:Queue", "q", "q@/")]]),
        ],
    ])("leaves nothing to remove if it %s", (_, text) => {
        expect(interruptedUp(text)).toBeUndefined();
    });

    it("loses its begun creations in the state, and nothing else", () => {
        const others = [resource(container, "kept", "1")];
        const deleting: [string, object] = ["deleting", resource(container, "old", "2")];
        const interrupted = interruptedUp(
            state([["creating", resource(container, "new")], deleting], others),
        );
        expect(JSON.parse(interrupted?.state ?? "")).toEqual(JSON.parse(state([deleting], others)));
    });

    it.each<[string, [string, object][], object[], Parameters<typeof docker>[0], string[]]>([
        [
            "an unrecorded container",
            [["creating", resource(container, "a")]],
            [],
            { containers: { a: "1" } },
            ["1"],
        ],
        [
            "an unrecorded network",
            [["creating", resource(network, "n")]],
            [],
            { networks: [["n", "1"]] },
            ["1"],
        ],
        [
            "each of several networks of one name",
            [["creating", resource(network, "n")]],
            [resource(network, "n", "2")],
            {
                networks: [
                    ["n", "1"],
                    ["n", "2"],
                    ["n", "3"],
                ],
            },
            ["1", "3"],
        ],
        [
            "no container that the state has",
            [["creating", resource(container, "a")]],
            [resource(container, "a", "1")],
            { containers: { a: "1" } },
            [],
        ],
        ["nothing that Docker has not created yet", [["creating", resource(container, "a")]], [], {}, []],
        [
            "no container whose name only begins like the other",
            [["creating", resource(container, "a")]],
            [],
            { containers: { "a-0": "1" } },
            [],
        ],
        [
            "nothing for a volume, a user and a resource without a name",
            [
                ["creating", resource("docker:index/volume:Volume", "a")],
                ["creating", resource("rabbitmq:index/user:User", "a")],
                ["creating", resource(container, { "4dabf18193072939515e22adb298388d": "x" })],
            ],
            [],
            { containers: { a: "1" } },
            [],
        ],
    ])("removes %s", async (_, pending, resources, existing, expected) => {
        const interrupted = interruptedUp(state(pending, resources));
        const { engine, removed } = docker(existing);
        const reports: string[] = [];
        if (interrupted !== undefined) {
            await removeUnrecorded(engine, interrupted, (message) => reports.push(message));
        }
        expect(removed).toEqual(expected);
        expect(reports).toHaveLength(expected.length);
    });

    it("names the Kubernetes objects whose creation had begun, and nothing else", () => {
        const object = (type: string, inputs: object): [string, object] => [
            "creating",
            { urn: "urn", custom: true, type, inputs },
        ];
        const secret = { apiVersion: "v1", kind: "Secret" };
        const nodes = { apiVersion: "rabbitmq.com/v1beta1", kind: "RabbitmqCluster" };
        const interrupted = interruptedUp(
            state([
                object("kubernetes:core/v1:Secret", { ...secret, metadata: { name: "a", namespace: "n" } }),
                object("kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster", {
                    ...nodes,
                    metadata: { name: "b" },
                }),
                object("kubernetes:core/v1:Secret", { ...secret, metadata: { "4dabf181": "x" } }),
                object("pulumi:providers:kubernetes", { ...secret, metadata: { name: "c" } }),
                [
                    "updating",
                    { type: "kubernetes:core/v1:Secret", inputs: { ...secret, metadata: { name: "d" } } },
                ],
                ["creating", resource(container, "e")],
            ]),
        );
        expect(interrupted?.kubernetesObjects).toEqual([
            { ...secret, name: "a", namespace: "n" },
            { ...nodes, name: "b" },
        ]);
    });

    it("names the way out where a network of it is in use", async () => {
        const interrupted = interruptedUp(state([["creating", resource(network, "n")]]));
        const { engine } = docker({ networks: [["n", "1"]], inUse: "1" });
        const removal = interrupted && removeUnrecorded(engine, interrupted, () => undefined);
        await expect(removal).rejects.toThrow(
            'network "n" of an interrupted run cannot be removed (has active endpoints); remove its containers',
        );
    });
});
