import { describe, expect, it } from "vitest";
import { type ApprovalRequest, applyApprovals, parseApprovals } from "../../src/review/report/approvals.ts";

const change = "delete queue spot/audit";

function cause(id: string, ...covers: readonly string[]): ApprovalRequest["toApprove"][number] {
    return { id, covers: [id, ...covers] };
}

const requests: readonly ApprovalRequest[] = [
    { stack: "dev", toApprove: [cause(change)] },
    { stack: "prod", toApprove: [cause("replace queue spot/jobs"), cause(change)] },
];

const entry = (more = ""): string => `  - change: ${change}\n    reason: it has no consumers\n${more}`;

interface Applied {
    readonly approved: Readonly<Record<string, readonly string[]>>;
    readonly problems: readonly string[];
}

/** Applies approvals on 24 November 2026: the approved changes, and the problems of the entries. */
function apply(entries: string, earlier = "", { whole = true, stacks = requests } = {}): Applied {
    const { approved, problems } = applyApprovals(stacks, parseApprovals(`approved:\n${entries}`, "a.yaml"), {
        today: "2026-11-24",
        earlier: parseApprovals(`approved:\n${earlier}`, "a.yaml").entries,
        whole,
    });
    return {
        approved: Object.fromEntries(
            [...approved].flatMap(([stack, changes]) =>
                changes.length === 0 ? [] : [[stack, changes.map(({ id }) => id)]],
            ),
        ),
        problems: problems.map(({ kind, text }) => `${kind} ${text}`),
    };
}

describe("an approval", () => {
    const place = `a.yaml:2: approval of "${change}"`;
    const again =
        "belongs to an earlier change and does not approve this one; write a new reason to approve this change, or remove the entry";
    const everywhere = { dev: [change], prod: [change] };

    it.each<Applied & { readonly what: string; readonly entries: string; readonly earlier?: string }>([
        { what: "is for every stack", entries: entry(), approved: everywhere, problems: [] },
        {
            what: "is for one stack where it says so",
            entries: entry("    stack: prod\n"),
            approved: { prod: [change] },
            problems: [],
        },
        {
            what: "holds on its last day",
            entries: entry("    until: 2026-11-24\n"),
            approved: everywhere,
            problems: [],
        },
        {
            what: "does not hold on the day after",
            entries: entry("    until: 2026-11-23\n"),
            approved: {},
            problems: [
                `finding ${place}: expired on 2026-11-23; decide again and set another day, or remove the entry`,
            ],
        },
        {
            what: "does not hold without a reason",
            entries: `  - change: ${change}\n    reason: " "\n`,
            approved: {},
            problems: [`finding ${place}: has no reason; write why the change may be deployed, as "reason"`],
        },
        {
            what: "that nothing needs is a finding, with what may have been meant",
            entries: "  - change: delete queue spot/audits\n    reason: typo\n",
            approved: {},
            problems: [
                `finding a.yaml:2: approval of "delete queue spot/audits": matches no change; did you mean "${change}"?`,
            ],
        },
        {
            what: "of a harmless change is a finding",
            entries: "  - change: create queue spot/new\n    reason: r\n",
            approved: {},
            problems: [
                'finding a.yaml:2: approval of "create queue spot/new": matches no change; remove the entry',
            ],
        },
        {
            what: "for the wrong stack is a finding, with the right one",
            entries: "  - change: replace queue spot/jobs\n    reason: r\n    stack: dev\n",
            approved: {},
            problems: [
                'finding a.yaml:2: approval of "replace queue spot/jobs": matches no change; stack "dev" has no such change, stack "prod" has',
            ],
        },
        {
            what: "that is a duplicate is a finding",
            entries: entry() + entry(),
            approved: everywhere,
            problems: [
                `finding a.yaml:4: approval of "${change}": is a duplicate; remove one of the entries`,
            ],
        },
        {
            what: "for one stack may exist next to one for all",
            entries: entry() + entry("    stack: prod\n"),
            approved: everywhere,
            problems: [],
        },
        {
            what: "from before the change does not approve it, and is reported",
            entries: entry(),
            earlier: entry(),
            approved: {},
            problems: [`note ${place}: ${again}`],
        },
        {
            what: "that is renewed is a new one",
            entries: entry("    until: 2027-01-01\n"),
            earlier: entry("    until: 2026-01-01\n"),
            approved: everywhere,
            problems: [],
        },
        {
            what: "next to one from before the change is valid",
            entries: entry() + entry().replace("it has", "it still has"),
            earlier: entry(),
            approved: everywhere,
            problems: [`note ${place}: ${again}`],
        },
        {
            what: "that is left over from before the change is only a note",
            entries: "  - change: delete queue spot/old\n    reason: r\n    until: 2025-01-01\n",
            earlier: "  - change: delete queue spot/old\n    reason: r\n    until: 2025-01-01\n",
            approved: {},
            problems: [
                'note a.yaml:2: approval of "delete queue spot/old": is left over from an earlier change; remove the entry',
            ],
        },
        {
            what: "from before the change may be a duplicate",
            entries: entry() + entry(),
            earlier: entry() + entry(),
            approved: {},
            problems: [`note ${place}: ${again}`, `note a.yaml:4: approval of "${change}": ${again}`],
        },
    ])("$what", ({ entries, earlier, approved, problems }) => {
        expect(apply(entries, earlier)).toEqual({ approved, problems });
    });

    it("may be of another stack where only some are reviewed", () => {
        const strange = "  - change: delete queue spot/x\n    reason: r\n    stack: prod\n";
        const part = { whole: false, stacks: requests.slice(0, 1) };
        expect(apply(strange, "", part).problems).toEqual([]);
        expect(apply(strange.replace("    stack: prod\n", ""), "", part).problems).toEqual([]);
        expect(apply(strange.replace("prod", "dev"), "", part).problems).toHaveLength(1);
    });

    it("tells its reason, its last day and how many messages it covers", () => {
        const text = `approved:\n${entry("    until: 2027-01-31\n    messages: 40000\n    stack: dev\n")}`;
        const use = { today: "2026-11-24", earlier: [], whole: true };
        const { approved } = applyApprovals(requests, parseApprovals(text, "a.yaml"), use);
        expect(approved.get("dev")).toEqual([
            {
                id: change,
                reason: "it has no consumers",
                until: "2027-01-31",
                messages: 40_000,
            },
        ]);
    });

    it("for a stack decides how many messages may be lost there", () => {
        const text = `approved:\n${entry("    messages: 1\n")}${entry("    messages: 2\n    stack: prod\n")}`;
        const use = { today: "2026-11-24", earlier: [], whole: true };
        const { approved } = applyApprovals(requests, parseApprovals(text, "a.yaml"), use);
        expect([approved.get("dev")?.[0]?.messages, approved.get("prod")?.[0]?.messages]).toEqual([1, 2]);
    });
});

describe("a file of approvals", () => {
    it.each(["", "approved:\n", "approved: []\n", "# no approvals\n"])("may be empty: %j", (text) => {
        expect(parseApprovals(text, "a.yaml").entries).toEqual([]);
    });

    it.each([
        ["approved: [", "a.yaml: Flow sequence in block collection must be sufficiently indented"],
        [
            "accepted: []\n",
            'a.yaml is not a valid list of approvals:\n- it has no list "approved"; write "approved:" and under it entries with change and reason',
        ],
        ["just text\n", 'it has no list "approved"'],
        ["approved:\n  - reason: r\n", "- approved.0.change: Invalid input: expected string"],
        [`approved:\n${entry("    mesages: 1\n")}`, '- approved.0: Unrecognized key: "mesages"'],
        [`approved:\n${entry("    messages: -1\n")}`, "- approved.0.messages: Too small"],
        [`approved:\n${entry("    until: soon\n")}`, 'expected a date, such as "2027-03-31"'],
        [`approved:\n${entry("    until: 2027-02-30\n")}`, "expected a date that exists"],
        [`approved:\n${entry("    until: 2027-13-01\n")}`, "expected a date that exists"],
        [
            `approved:\n<<<<<<< ours\n${entry()}=======\n>>>>>>> theirs\n`,
            "a.yaml: line 2: has a merge conflict marker; resolve the conflict",
        ],
        [
            `x: &x [1]\n${"abcdefghijk".split("").reduce((text, key, index, all) => `${text}${key}: &${key} [${`*${all[index - 1] ?? "x"},`.repeat(9)}]\n`, "")}`,
            "a.yaml: Excessive alias count indicates a resource exhaustion attack; write the entries without YAML aliases",
        ],
    ])("is refused with the reason: %j", (text, problem) => {
        expect(() => parseApprovals(text, "a.yaml")).toThrow(problem);
    });
});
