import type { UserLimits, VhostLimits } from "../../../src/model/index.ts";
import { type Edit, editUser } from "../edits.ts";
import { mutationsOf, spot } from "./mutation.ts";

/** Other limits for the first virtual host. */
function limit(limits: VhostLimits): Edit {
    return (topology) => ({
        ...topology,
        vhosts: topology.vhosts.map((each, index) => (index === 0 ? { ...each, limits } : each)),
    });
}

const unlimited: Edit = (topology) => ({
    ...topology,
    vhosts: topology.vhosts.map(({ name }) => ({ name })),
});

function limitUser(name: string, limits: UserLimits): Edit {
    return editUser(name, { limits });
}

export const limitMutations = [
    ...mutationsOf(spot, [
        ["exceededLimit", "fewer queues than are declared", limit({ maxQueues: 5 })],
        ["exceededLimit", "no queues at all", limit({ maxQueues: 0 })],
        ["exceededLimit", "fewer connections than replicas", limit({ maxConnections: 2 })],
        [
            "exceededLimit",
            "a user that may not connect",
            limitUser("analyzer-orchestrator", { maxConnections: 0 }),
        ],
        ["exceededLimit", "a user without channels", limitUser("notifier", { maxChannels: 0 })],
    ]),
    ...mutationsOf(
        ["telemetry"],
        [["exceededLimit", "fewer queues than there are", limit({ maxQueues: 2 })]],
    ),
    ...mutationsOf(
        ["orders", "telemetry"],
        [
            ["missingVhostLimits", "connections without a limit", limit({ maxQueues: 100 })],
            ["missingVhostLimits", "queues without a limit", limit({ maxConnections: 100 })],
            ["missingVhostLimits", "no limits at all", unlimited],
            ["unprotectedVhost", "a virtual host that may be deleted", unlimited],
        ],
    ),
];
