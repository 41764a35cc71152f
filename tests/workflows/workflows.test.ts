import { describe, expect, it } from "vitest";
import { type Job, type Step, workflows } from "./workflow.ts";

interface Placed<T> {
    readonly place: string;
    readonly value: T;
}

const jobs: readonly Placed<Job>[] = workflows.flatMap(({ file, jobs: all }) =>
    Object.entries(all).map(([name, value]) => ({ place: `${file}: ${name}`, value })),
);
const steps: readonly Placed<Step>[] = jobs.flatMap(({ place, value }) =>
    value.steps.map((each, index) => ({ place: `${place}: ${index}`, value: each })),
);

function placesOf<T>(all: readonly Placed<T>[], isOne: (value: T) => boolean): readonly string[] {
    return all.filter(({ value }) => isOne(value)).map(({ place }) => place);
}

// What GitHub makes of them, no test here can show.
describe("the workflows", () => {
    it("may do no more than this", () => {
        const rights = workflows.map(({ name, permissions, jobs: all }) => [
            name,
            permissions,
            ...Object.values(all).flatMap((each) =>
                each.permissions === undefined ? [] : [each.permissions],
            ),
        ]);
        const read = { contents: "read" };
        expect(rights).toEqual([
            ["check", read, { contents: "read", "security-events": "write" }],
            [
                "comment",
                {},
                { contents: "read", actions: "read", "pull-requests": "write", statuses: "write" },
            ],
            ["drift", read],
            ["preview", read],
            [
                "release",
                read,
                { contents: "read", "id-token": "write", attestations: "write" },
                { contents: "write" },
            ],
            ["review", read],
            ["up", read],
        ]);
    });

    it("start by nothing but this", () => {
        expect(
            workflows.map(({ name, on }) => [name, typeof on === "string" ? [on] : Object.keys(on)]),
        ).toEqual([
            ["check", ["push", "pull_request"]],
            ["comment", ["workflow_run"]],
            ["drift", ["schedule", "workflow_dispatch"]],
            ["preview", ["pull_request"]],
            ["release", ["push", "workflow_dispatch"]],
            ["review", ["pull_request"]],
            ["up", ["push", "workflow_dispatch"]],
        ]);
    });

    it("pin every action by its commit, with the version in a comment", () => {
        const pinned = /^ *(?:- )?uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/u;
        const lines = workflows.flatMap(({ text }) =>
            text.split("\n").filter((line) => /\buses:/u.test(line)),
        );
        expect(lines.filter((line) => !pinned.test(line))).toEqual([]);
        expect(lines).toHaveLength(placesOf(steps, ({ uses }) => uses !== undefined).length);
    });

    it("pin an action to one commit everywhere", () => {
        const used = new Set(steps.flatMap(({ value: { uses } }) => uses ?? []));
        const names = [...used].map((each) => each.split("@")[0]);
        expect(names).toEqual([...new Set(names)]);
    });

    it("put no expression into a command, because its text would be executed", () => {
        expect(placesOf(steps, ({ run }) => run?.includes("${{") === true)).toEqual([]);
    });

    it("leave no token in the checkout", () => {
        const checkouts = steps.filter(({ value }) => value.uses?.startsWith("actions/checkout@") === true);
        expect(checkouts.length).toBe(jobs.length);
        expect(placesOf(checkouts, (each) => each.with?.["persist-credentials"] !== "false")).toEqual([]);
    });

    it("end by themselves within an hour", () => {
        expect(placesOf(jobs, (each) => each["timeout-minutes"] > 60)).toEqual([]);
    });

    it("take secrets from an environment only, and only those that a step needs", () => {
        const secret = /secrets\./u;
        const withSecrets = jobs.filter(({ value }) => secret.test(JSON.stringify(value)));
        expect(placesOf(withSecrets, ({ environment }) => environment === undefined)).toEqual([]);
        expect(withSecrets.map(({ place }) => place)).toEqual([
            "drift.yml: drift",
            "preview.yml: preview",
            "up.yml: dev",
            "up.yml: prod-preview",
            "up.yml: prod",
        ]);
        expect(placesOf(jobs, ({ env }) => secret.test(JSON.stringify(env)))).toEqual([]);
    });

    it("never run a fork's code with a secret", () => {
        const preview = workflows.find(({ name }) => name === "preview");
        expect(Object.values(preview?.jobs ?? {}).map((each) => each.if)).toEqual([
            "vars.DEPLOY == 'true' && github.event.pull_request.head.repo.full_name == github.repository",
        ]);
    });

    it("comment on what the review workflow found", () => {
        const names = workflows.map(({ name }) => name);
        const comment = workflows.find(({ name }) => name === "comment");
        expect(comment?.on).toEqual({ workflow_run: { workflows: ["review"], types: ["completed"] } });
        expect(names).toContain("review");
        const uploads = steps.filter(
            ({ value }) => value.uses?.startsWith("actions/upload-artifact@") === true,
        );
        const downloads = steps.filter(
            ({ value }) => value.uses?.startsWith("actions/download-artifact@") === true,
        );
        const namesOf = (all: readonly Placed<Step>[]): readonly (readonly string[])[] =>
            all.map(({ place, value }) => [place.split(":")[0] ?? "", value.with?.["name"] ?? ""]);
        expect(namesOf(uploads)).toEqual([
            ["release.yml", "release"],
            ["review.yml", "review"],
        ]);
        expect(namesOf(downloads)).toEqual([
            ["comment.yml", "review"],
            ["release.yml", "release"],
            ["release.yml", "release"],
        ]);
    });

    it("sign in one job only, which is approved, starts with a tag and installs no package", () => {
        const signing = jobs.filter(({ value }) => value.permissions?.["id-token"] === "write");
        expect(signing.map(({ place }) => place)).toEqual(["release.yml: publish"]);
        const [{ value: publish }] = signing as [Placed<Job>]; // as has just been compared
        expect(publish.environment).toBe("release");
        expect(publish.if).toBe("github.event_name == 'push'");
        expect(publish.steps.flatMap(({ run }) => run ?? [])).toEqual([
            "cd .local/release/files && sha256sum --check SHA256SUMS",
            "node scripts/release/publish.mjs",
        ]);
    });

    it("publish what was checked, tested, packed and rehearsed in the same run", () => {
        const release = workflows.find(({ name }) => name === "release");
        expect(release?.jobs["pack"]?.steps.flatMap(({ name }) => name ?? [])).toEqual([
            "Verify",
            "Check",
            "Unit tests",
            "Tests of the packages",
            "Pack",
            "Rehearse",
        ]);
        expect(Object.values(release?.jobs ?? {}).map(({ needs }) => needs)).toEqual([
            undefined,
            "pack",
            "publish",
        ]);
        expect(release?.on).toEqual({ push: { tags: ["v*"] }, workflow_dispatch: null });
    });

    it("bring a stack up one run at a time, and cut none off", () => {
        const up = workflows.find(({ name }) => name === "up");
        const deploying = Object.values(up?.jobs ?? {}).filter(({ steps: all }) =>
            all.some(({ run }) => run?.startsWith("npm run up") === true),
        );
        expect(deploying.map(({ environment, concurrency }) => [environment, concurrency])).toEqual([
            ["dev", { group: "up-dev", "cancel-in-progress": false }],
            ["prod", { group: "up-prod", "cancel-in-progress": false }],
        ]);
    });
});
