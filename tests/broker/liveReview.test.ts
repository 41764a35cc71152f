import { afterAll, beforeAll, expect, it } from "vitest";
import { topology as shop } from "../../examples/shop/topology.ts";
import { toDefinitions } from "../../packages/topology/src/definitions/definitions.ts";
import { documentOf } from "../../packages/topology/src/definitions/jsonDocument.ts";
import { parseDefinitions } from "../../packages/topology/src/definitions/parseDefinitions.ts";
import { emptyTopology } from "../../packages/topology/src/model/emptyTopology.ts";
import {
    type BrokerVersion,
    exchange,
    queue,
    type Topology,
    type UserLimits,
    type VhostLimits,
} from "../../packages/topology/src/model/index.ts";
import { importedTopology } from "../../packages/topology/src/review/compare/importedTopology.ts";
import { withProgramKnowledge } from "../../packages/topology/src/review/compare/programKnowledge.ts";
import { review } from "../../packages/topology/src/review/report/review.ts";
import { destructiveEdits } from "../../packages/topology/tests/review/destructiveEdits.ts";
import { harmlessEdits } from "../../packages/topology/tests/review/harmlessEdits.ts";
import { generatedTopology } from "../support/generatedTopology.ts";
import { devTopology } from "../unit/environments.ts";
import { ownUsers } from "./importOracle/bases.ts";
import { inVhost, type OracleBroker, startOracle } from "./oracle/broker.ts";
import { moved } from "./support/applied.ts";
import { onEveryVersion } from "./support/everyVersion.ts";

const limit = { pattern: "^stray$", definition: { "max-length": 5 } };
const noAccess = { configure: "", write: "", read: "" };

/** One object of each kind. */
function smallTopology(vhost: string, brokerVersion: BrokerVersion): Topology {
    const user = `${vhost}-user`;
    const policy = { vhost, pattern: "^q$", precedence: 1, definition: { "max-length": 5 } } as const;
    return {
        ...emptyTopology(brokerVersion),
        vhosts: [{ name: vhost }],
        exchanges: [exchange(vhost, "e", "topic")],
        queues: [queue(vhost, "q", "quorum")],
        bindings: [
            {
                vhost,
                source: "e",
                destination: "q",
                destinationType: "queue",
                routingKey: "k",
                arguments: {},
            },
        ],
        policies: [{ ...policy, name: "p", applyTo: "queues" }],
        operatorPolicies: [{ ...policy, name: "op", applyTo: "queues" }],
        users: [{ name: user, tags: ["monitoring"] }],
        permissions: [{ vhost, user, configure: "a", write: "a", read: "a" }],
        topicPermissions: [{ vhost, user, exchange: "e", write: "a", read: "a" }],
    };
}

const small = smallTopology("small", "4.0");

function withInternalExchange(topology: Topology): Topology {
    const [bound] = topology.bindings;
    return {
        ...topology,
        exchanges: [...topology.exchanges, exchange("small", "inside", "fanout", { internal: true })],
        bindings:
            bound === undefined
                ? []
                : [
                      bound,
                      { ...bound, destination: "inside", destinationType: "exchange" },
                      { ...bound, source: "inside" },
                  ],
    };
}

/** Every tenth edit: all of them take four minutes. */
const someEdits = [...destructiveEdits, ...harmlessEdits].filter((_, index) => index % 10 === 0);

/** They use settings that RabbitMQ 4.0 does not have. */
const newTopologies: readonly (readonly [string, Topology])[] = [
    ["shop", shop],
    ["a generated one", generatedTopology(40, 4)],
];

/** What an import does with each kind of object. */
const smallEdits: readonly { readonly name: string; readonly before: Topology; readonly after: Topology }[] =
    [
        {
            name: "everything is new",
            before: { ...emptyTopology("4.0"), vhosts: small.vhosts },
            after: small,
        },
        {
            name: "everything is removed",
            before: small,
            after: { ...emptyTopology("4.0"), vhosts: small.vhosts },
        },
        {
            name: "a queue gets another type",
            before: small,
            after: { ...small, queues: [queue("small", "q", "classic")] },
        },
        {
            name: "an exchange gets another type",
            before: small,
            after: { ...small, exchanges: [exchange("small", "e", "direct")] },
        },
        {
            name: "a binding gets another key",
            before: small,
            after: { ...small, bindings: small.bindings.map((each) => ({ ...each, routingKey: "l" })) },
        },
        {
            name: "a policy changes",
            before: small,
            after: {
                ...small,
                policies: small.policies.map((each) => ({ ...each, definition: { "max-length": 7 } })),
            },
        },
        {
            name: "an operator policy changes",
            before: small,
            after: {
                ...small,
                operatorPolicies: small.operatorPolicies.map((each) => ({ ...each, pattern: "^r$" })),
            },
        },
        {
            name: "a user loses its tag",
            before: small,
            after: { ...small, users: small.users.map((each) => ({ ...each, tags: [] })) },
        },
        {
            name: "a user gets another limit",
            before: limitedUser({ maxConnections: 5 }),
            after: limitedUser({ maxChannels: 7 }),
        },
        { name: "a user gets no limit", before: limitedUser({ maxConnections: 5 }), after: small },
        {
            name: "a virtual host gets another limit",
            before: limitedVhost({ maxConnections: 5 }),
            after: limitedVhost({ maxQueues: 7 }),
        },
        { name: "a virtual host gets no limit", before: limitedVhost({ maxConnections: 5 }), after: small },
        {
            name: "a permission changes",
            before: small,
            after: { ...small, permissions: small.permissions.map((each) => ({ ...each, write: "b" })) },
        },
        {
            name: "a topic permission changes",
            before: small,
            after: {
                ...small,
                topicPermissions: small.topicPermissions.map((each) => ({ ...each, read: "b" })),
            },
        },
    ];

function limitedUser(limits: UserLimits): Topology {
    return { ...small, users: small.users.map((each) => ({ ...each, limits })) };
}

function limitedVhost(limits: VhostLimits): Topology {
    return { ...small, vhosts: small.vhosts.map((each) => ({ ...each, limits })) };
}

/** The topology in a virtual host and with users of its own. */
function inOwn(topology: Topology, vhost: string, brokerVersion: BrokerVersion): Topology {
    const [limits] = topology.vhosts.map((each) => each.limits);
    return {
        ...ownUsers(moved(topology, vhost), vhost),
        brokerVersion,
        vhosts: [{ name: vhost, ...(limits !== undefined && { limits }) }],
    };
}

/**
 * Compares declarations with what real brokers of the oldest and the newest supported version store. A broker that has what is declared shows
 * no difference. A stray or missing object shows one. An import of definitions has the effect that `--via import` reviews.
 *
 * Not proved here: several nodes, other patch versions, and users that exist in several virtual hosts.
 */
onEveryVersion("a review of a live RabbitMQ %s", (version) => {
    let oracle: OracleBroker;

    beforeAll(async () => {
        oracle = await startOracle("live-review", version);
    });

    afterAll(async () => {
        await oracle.remove();
    });

    async function request(method: string, path: string, body?: object): Promise<void> {
        const answer = await fetch(new URL(`api/${path}`, `${oracle.api.endpoint}/`), {
            method,
            headers: { authorization: oracle.authorization, "content-type": "application/json" },
            ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        expect(answer.ok, `${method} ${path}: ${await answer.text()}`).toBe(true);
    }

    /** The users have no passwords: no comparison needs a login. */
    async function importInto(topology: Topology): Promise<void> {
        const { users, ...definitions } = toDefinitions(topology);
        const withPasswords = users.map((each) => ({ ...each, password_hash: "" }));
        await request("POST", "definitions", { ...definitions, users: withPasswords });
    }

    async function liveChanges(declared: Topology): Promise<readonly string[]> {
        const { topology } = parseDefinitions(documentOf(await oracle.api.definitions()));
        const live = withProgramKnowledge(topology, declared);
        return review("live", declared, live).changes.map(({ id }) => id);
    }

    it("shows no difference for the stack that it runs", async () => {
        expect(await liveChanges(devTopology(version))).toEqual([]);
    });

    const declarations: readonly (readonly [string, Topology])[] = [
        ["spot", devTopology(version)],
        ["one object of each kind", small],
        ["an internal exchange", withInternalExchange(small)],
        ...(version === "4.3" ? newTopologies : []),
    ];

    it.each(declarations)("shows no difference for an imported topology: %s", async (_, topology) => {
        await inVhost(oracle, async (vhost) => {
            const declared = inOwn(topology, vhost, version);
            await importInto(declared);
            expect(await liveChanges(declared)).toEqual([]);
        });
    });

    it.each([
        ["PUT", "exchanges/%/stray", { type: "fanout", durable: true }, ["create exchange %/stray"]],
        ["PUT", "queues/%/stray", { durable: true }, ["create queue %/stray"]],
        ["POST", "bindings/%/e/e/q/q", { routing_key: "stray" }, ["create binding %/e -> q (stray)"]],
        ["PUT", "policies/%/stray", limit, ["create policy %/stray"]],
        ["PUT", "operator-policies/%/stray", limit, ["create operator policy %/stray"]],
        ["PUT", "permissions/%/stray", noAccess, ["create permission %/stray", "create user stray"]],
        ["DELETE", "queues/%/q", undefined, ["delete binding %/e -> q (k)", "delete queue %/q"]],
        ["DELETE", "policies/%/p", undefined, ["delete policy %/p"]],
    ])("shows a stray or a missing object: %s %s", async (method, path, body, expected) => {
        await inVhost(oracle, async (vhost) => {
            const declared = smallTopology(vhost, version);
            await importInto(declared);
            await request("PUT", "users/stray", { password_hash: "", tags: "" });
            await request(method, path.replace("%", vhost), body);
            const found = await liveChanges(declared);
            await request("DELETE", "users/stray");
            expect(found.toSorted()).toEqual(expected.map((each) => each.replace("%", vhost)));
        });
    });

    const edits = [...smallEdits, ...(version === "4.3" ? someEdits : [])];

    it.each(edits)("imports as --via import reviews it: $name", async ({ before, after }) => {
        await inVhost(oracle, async (vhost) => {
            const [old, now] = [inOwn(before, vhost, version), inOwn(after, vhost, version)];
            await importInto(old);
            await importInto(now);
            expect(await liveChanges(importedTopology(old, now).topology)).toEqual([]);
        });
    });
});
