import { expect, it } from "vitest";
import { plain } from "../../../../cli/src/render/paint.ts";
import { renderReportText } from "../../../../cli/src/render/report.ts";
import { binding, exchange, queue, type Topology } from "../../../src/model/index.ts";
import { reportJson } from "../../../src/render/report/json.ts";
import { renderReportMarkdown } from "../../../src/render/report/markdown.ts";
import { renderChangedSvg } from "../../../src/render/report/picture.ts";
import type { EnginePreview } from "../../../src/review/engine/enginePreview.ts";
import type { Report } from "../../../src/review/report/report.ts";
import { spot } from "../../review/edits.ts";
import { reportOf, stackOf } from "./reports.ts";

const canary = "canary-4711";
const url = `amqps://shovel:${canary}@far.example.com`;
const note = `password=${canary} at ${url}`;

function holding(mark: string): Topology {
    const args = {
        "x-uri": `${url}/${mark}`,
        "x-token": `${canary}${mark}`,
        nested: { secret: canary, mark },
    };
    return {
        ...spot,
        exchanges: [...spot.exchanges, exchange("spot", "far", "headers", { arguments: args })],
        queues: [
            ...spot.queues,
            queue("spot", "far", "classic", { arguments: args }),
            queue("spot", `${url}/${mark}`, "classic"),
        ],
        bindings: [...spot.bindings, binding("spot", "far", "far", url, { arguments: args })],
        policies: spot.policies.map((each) => ({
            ...each,
            definition: {
                ...each.definition,
                "federation-upstream-password": `${canary}${mark}`,
                uri: `${url}/${mark}`,
            },
        })),
        operatorPolicies: [
            { vhost: "spot", name: "cap", pattern: ".*", applyTo: "queues", precedence: 0, definition: args },
        ],
        services: spot.services.map((each) => ({
            ...each,
            ...(each.workload !== undefined && {
                workload: {
                    ...each.workload,
                    settings: {
                        API_TOKEN: `${canary}${mark}`,
                        BROKER: `${url}/${mark}`,
                        webhookUrl: `https://far.example.com/${canary}${mark}`,
                        webhook: `https://far.example.com/${canary}${mark}`,
                        slack: `https://hooks.slack.com/services/T000/B000/${canary}${mark}`,
                    },
                },
            }),
        })),
    };
}

const engine: EnginePreview = {
    source: url,
    format: "events",
    result: "failed",
    isFresh: false,
    agreed: 0,
    follows: 0,
    disagreements: [
        { kind: "drift", object: { kind: "queue", vhost: "spot", name: url }, isFinding: true, text: note },
    ],
    refusals: [],
    others: [
        {
            provider: "docker",
            counts: { replace: 1 },
            noteworthy: [{ resource: `Container "${url}"`, operation: "replace", text: `image ${url}` }],
        },
    ],
    policies: [{ policy: note, pack: note, isMandatory: true, text: note, resource: note }],
    diagnostics: [{ severity: "error", text: note, resource: note }],
    skippedLines: 0,
    defect: note,
};

const report: Report = {
    ...reportOf(
        [
            {
                ...stackOf("dev", holding("a"), holding("b"), {
                    approved: [{ id: "delete queue spot/far", reason: note }],
                    problems: [{ kind: "finding", text: note }],
                }),
                engine,
                live: {
                    broker: `https://admin:${canary}@rabbit.example.com`,
                    changes: new Map([
                        [
                            "replace queue spot/far",
                            [
                                {
                                    vhost: "spot",
                                    name: url,
                                    impacts: ["deleted"],
                                    exists: true,
                                    lostMessages: 1,
                                    text: note,
                                },
                            ],
                        ],
                    ]),
                },
            },
        ],
        [{ kind: "unreadable", text: note }],
    ),
    provenance: {
        base: { name: url },
        head: { name: note, commit: note },
        tool: note,
        command: `npx topology review --broker https://admin:${canary}@rabbit.example.com`,
    },
};

it("shows no secret, wherever one was put", async () => {
    expect(report.stacks[0]?.review.changes.length).toBeGreaterThan(10);
    const outputs = {
        markdown: renderReportMarkdown(report),
        text: renderReportText(report, { paint: plain }),
        json: JSON.stringify(reportJson(report)),
        svg: await renderChangedSvg(report.stacks[0] ?? stackOf("none", spot, spot)),
    };
    for (const [name, output] of Object.entries(outputs)) {
        expect(output, name).toContain("far");
        expect(output, name).not.toContain(canary);
    }
});

it("keeps the numbers that tell one secret from another", () => {
    const marked = stackOf(
        "dev",
        {
            ...spot,
            queues: [queue("spot", "far", "classic", { arguments: { "x-uri": "amqp://u:[secret 1]@h" } })],
        },
        {
            ...spot,
            queues: [queue("spot", "far", "classic", { arguments: { "x-uri": "amqp://u:[secret 2]@h" } })],
        },
    );
    expect(renderReportText(reportOf([marked]), { paint: plain })).toContain(
        "uri amqp://u:[secret 1]@h -> amqp://u:[secret 2]@h",
    );
});
