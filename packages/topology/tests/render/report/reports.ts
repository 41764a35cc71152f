import { binding, queue, type Topology } from "../../../src/model/index.ts";
import type { QueueNumbers } from "../../../src/readings/queueNumbers.ts";
import { enginePreview } from "../../../src/review/engine/enginePreview.ts";
import { readPreview } from "../../../src/review/engine/readPreview.ts";
import { blastRadius } from "../../../src/review/live/blastRadius.ts";
import { applyEvidence, type StackEvidence, withEngineVerdict } from "../../../src/review/report/evidence.ts";
import {
    type ApprovedChange,
    outcomeOf,
    type Report,
    type ReportProblem,
    type StackReport,
    type UnreadStack,
} from "../../../src/review/report/report.ts";
import { review } from "../../../src/review/report/review.ts";
import { define, editQueue, unbind } from "../../checks/edits.ts";
import { spot, withBinding } from "../../review/edits.ts";
import { fixture } from "../../review/engine/fixture.ts";
import { topologyOf } from "../../routing/topologies.ts";

const results = "result-processor";

/** A report's stack as the command makes it. */
export function stackOf(
    stack: string,
    before: Topology,
    after: Topology,
    {
        approved = [],
        state = "compared",
        problems = [],
    }: {
        readonly approved?: readonly ApprovedChange[];
        readonly state?: StackReport["state"];
        readonly problems?: readonly ReportProblem[];
    } = {},
): StackReport {
    const compared = review(stack, before, after);
    const toApprove = state === "removed" ? [`delete stack ${stack}`] : compared.verdict.toApprove;
    const ids = new Set(approved.map(({ id }) => id));
    return {
        stack,
        state,
        before,
        after,
        review: { ...compared, verdict: { ...compared.verdict, toApprove } },
        approved,
        unapproved: toApprove.filter((id) => !ids.has(id)),
        problems,
        hashes: {
            ...(state !== "new" && { before: "sha256:6d1e0a" }),
            ...(state !== "removed" && { after: "sha256:90b7c2" }),
        },
    };
}

export function reportOf(
    stacks: readonly StackReport[],
    problems: readonly ReportProblem[] = [],
    unread: readonly UnreadStack[] = [],
): Report {
    return {
        stacks,
        unread,
        problems,
        provenance: {
            base: { name: "origin/main", commit: "424009a1f5a6c7b8d9e0f1a2b3c4d5e6f7a8b9c0" },
            head: { name: "topology" },
            tool: "spot-messaging 0.1.0",
            command: "npx topology review --base 424009a1f5a6c7b8d9e0f1a2b3c4d5e6f7a8b9c0 --head topology",
        },
        outcome: outcomeOf({ stacks, unread, problems }),
    };
}

/** The same report with evidence of a broker or the engine for each of its stacks. */
function withEvidence(
    report: Report,
    evidenceOf: (stack: StackReport) => Omit<StackEvidence, "problems">,
): Report {
    const stacks = report.stacks.map((stack) => {
        const evidence = { ...evidenceOf(stack), problems: [] };
        return applyEvidence(withEngineVerdict(stack, evidence), stack.approved, evidence);
    });
    return { ...report, stacks, outcome: outcomeOf({ ...report, stacks }) };
}

function withLive(report: Report, ...queues: readonly Omit<QueueNumbers, "vhost">[]): Report {
    return withEvidence(report, (each) => ({
        live: blastRadius(each.review, each.before, {
            broker: "https://rabbit.example.com:15671",
            queues: queues.map((numbers) => ({ vhost: "spot", ...numbers })),
            now: Date.UTC(2026, 10, 24, 12),
        }),
    }));
}

/** A new queue and its binding. */
const archived: Topology = {
    ...withBinding(binding("spot", "spot.notifications", "archive", "notify.#"))(spot),
    queues: [...spot.queues, queue("spot", "archive", "quorum")],
};
const replaced = editQueue(results, { type: "classic" })(spot);
const unbound = unbind(({ routingKey }) => routingKey === "notify.failed")(replaced);
const lowered = define("queue.notifications.status", (all) => ({
    ...all,
    "message-ttl": 10_000,
    "max-length": 100,
}))(unbound);
const replacement = "replace queue spot/result-processor";

const approval: ApprovedChange = {
    id: replacement,
    reason: "drained on Monday, see runbook #12",
    until: "2027-03-31",
};

/** The policy in the fixture of a refreshed preview. */
const rpc: Topology = {
    ...spot,
    exchanges: spot.exchanges.filter(({ name }) => name === "spot.rpc"),
    queues: spot.queues.filter(({ name }) => name === "analyzer-orchestrator.rpc"),
    bindings: spot.bindings.filter(({ routingKey }) => routingKey === "analysis.status"),
    policies: spot.policies.filter(({ name }) => name === "queue.result-processor"),
    operatorPolicies: [],
    users: [],
    permissions: [],
    topicPermissions: [],
    services: [],
    retries: [],
};

function withPreview(report: Report, name: string): Report {
    const read = readPreview(fixture(name), "preview.json");
    return withEvidence(report, ({ review: { changes }, after }) => ({
        engine: enginePreview("preview.json", read, { changes, after }),
    }));
}

const nothing = topologyOf({ vhosts: [] });

/** Reports of every kind that a reviewer meets. */
export const reports: Readonly<Record<string, Report>> = {
    unchanged: reportOf([stackOf("dev", spot, spot), stackOf("prod", spot, spot)]),
    harmless: reportOf([stackOf("dev", spot, archived)]),
    destructive: reportOf([stackOf("prod", spot, lowered)]),
    approved: reportOf([stackOf("prod", spot, replaced, { approved: [approval] })]),
    new: reportOf([stackOf("staging", nothing, rpc, { state: "new" })]),
    removed: reportOf([stackOf("staging", rpc, nothing, { state: "removed" })]),
    several: reportOf([
        stackOf("dev", spot, archived),
        stackOf("prod", spot, replaced, { approved: [approval] }),
        stackOf("test", spot, unbound),
    ]),
    lostMessages: withLive(
        reportOf([stackOf("prod", spot, lowered)]),
        {
            name: results,
            ready: 39_988,
            unacknowledged: 12,
            consumers: 3,
            publishRate: 12.5,
            bytes: 1_288_490_188,
            bytesReady: 1_288_000_000,
        },
        { name: "notifications.status", ready: 250, unacknowledged: 0, consumers: 1, publishRate: 40 },
        {
            name: "notifications.email",
            ready: 0,
            unacknowledged: 0,
            consumers: 2,
            publishRate: 0.5,
        },
        { name: "notifications.webhook", ready: 0, unacknowledged: 0, consumers: 2, publishRate: 0 },
    ),
    unknown: withLive(reportOf([stackOf("prod", spot, replaced)]), { name: results, ready: 3 }),
    drift: withPreview(reportOf([stackOf("dev", rpc, rpc)]), "drifted.events.ndjson"),
    docker: withPreview(reportOf([stackOf("dev", rpc, rpc)]), "docker.events.ndjson"),
    problems: reportOf(
        [
            stackOf("dev", spot, spot, {
                problems: [
                    {
                        kind: "unreachable",
                        text: 'broker "https://rabbit.example.com": gave no answer; check the address',
                    },
                    { kind: "note", text: "topology/dev.json: is new, there is nothing to compare with" },
                ],
            }),
        ],
        [
            {
                kind: "finding",
                text: 'topology/approvals.yaml:7: approval of "delete queue spot/x": nothing needs it; remove it',
            },
        ],
        [
            {
                stack: "prod",
                problems: [
                    { kind: "unreadable", text: "topology/prod.json: line 12: is not JSON <script>@team" },
                ],
            },
        ],
    ),
};
