import { describe, expect, it } from "vitest";
import { found } from "../../../../../tests/unit/found.ts";
import { reportJson } from "../../../src/render/report/json.ts";
import { consequences } from "../../../src/review/compare/change.ts";
import type { Report } from "../../../src/review/report/report.ts";
import { reportOf, reports } from "./reports.ts";

interface ReportJson {
    readonly verdict: {
        readonly line: string;
        readonly consequence: string;
        readonly toApprove: readonly string[];
    };
    readonly changes: readonly { readonly stack: string; readonly consequence: string }[];
    readonly live: readonly object[];
    readonly unapproved: readonly object[];
    readonly approved: readonly object[];
    readonly problems: readonly object[];
    readonly exitCode: number;
    readonly stacks: readonly { readonly stack: string; readonly state: string }[];
}

function json(name: keyof typeof reports): ReportJson {
    const text = JSON.stringify(reportJson(found<Report>(reports[name], name)));
    return JSON.parse(text) as ReportJson; // what reportJson says it is
}

describe("the report as data", () => {
    it("has the same keys in the same order for every report", () => {
        for (const report of Object.values(reports)) {
            expect(Object.keys(reportJson(report))).toEqual([
                "verdict",
                "causes",
                "changes",
                "routing",
                "settings",
                "permissions",
                "contract",
                "approved",
                "unapproved",
                "live",
                "engine",
                "problems",
                "provenance",
                "exitCode",
                "stacks",
            ]);
        }
    });

    it("names the stack of each change, and one of five consequences", () => {
        for (const name of Object.keys(reports)) {
            for (const { stack, consequence } of json(name).changes) {
                expect(found(reports[name], name).stacks.map((each) => each.stack)).toContain(stack);
                expect(consequences).toContain(consequence);
            }
        }
    });

    it("sums up all stacks, the worst first", () => {
        const { verdict, approved, unapproved, exitCode } = json("several");
        expect(verdict).toEqual({
            line: 'test: 1 REPLACE, 2 DELETE, messages are lost: queue "result-processor": type quorum -> classic; no service receives: "notify.failed" of "spot.notifications" (it falls through to the alternate exchange and is parked in "unrouted", which no service consumes); not approved · prod: 1 REPLACE, messages are lost: queue "result-processor": type quorum -> classic; approved · dev: 2 to add, nothing is lost',
            consequence: "lost",
            needsApproval: true,
            toApprove: ["replace queue spot/result-processor", "route spot/spot.notifications notify.failed"],
        });
        expect(approved).toEqual([
            {
                stack: "prod",
                id: "replace queue spot/result-processor",
                reason: "drained on Monday, see runbook #12",
                until: "2027-03-31",
            },
        ]);
        expect(unapproved).toEqual([
            { stack: "test", id: "replace queue spot/result-processor" },
            { stack: "test", id: "route spot/spot.notifications notify.failed" },
        ]);
        expect(exitCode).toBe(1);
    });

    it("contains the broker's numbers, and which ones are unknown", () => {
        expect(json("unknown").live).toEqual([
            {
                stack: "prod",
                id: "replace queue spot/result-processor",
                broker: "https://rabbit.example.com:15671",
                dying: 0,
                isExact: false,
                queues: [
                    {
                        vhost: "spot",
                        name: "result-processor",
                        ready: 3,
                        hits: ["deleted"],
                        exists: true,
                        text: "the number of lost messages is unknown: the broker has no numbers for this queue",
                    },
                ],
            },
        ]);
        expect(json("destructive").live).toEqual([]);
    });

    it("tells problems of a stack and of no stack", () => {
        expect(json("problems").problems.map((each) => ("stack" in each ? each.stack : "none"))).toEqual([
            "none",
            "prod",
            "dev",
            "dev",
        ]);
        expect(json("problems").exitCode).toBe(2);
    });

    it("says first what is not known, and no consequence of a stack that cannot be read", () => {
        const { verdict, stacks } = json("problems");
        expect(verdict).toEqual({
            line: "prod: cannot be read, so the effect on its messages is unknown · all stacks: 1 problem to fix · dev: no changes; the broker did not answer",
            toApprove: [],
        });
        expect(stacks.map(({ stack, state }) => [stack, state])).toEqual([
            ["prod", "unread"],
            ["dev", "compared"],
        ]);
        const { stacks: compared } = found(reports["several"], "several");
        const worst = reportOf(compared, [], [{ stack: "other", problems: [] }]);
        expect(reportJson(worst)).toMatchObject({ verdict: { consequence: "lost", needsApproval: true } });
    });
});
