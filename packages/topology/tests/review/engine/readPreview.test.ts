import { describe, expect, it } from "vitest";
import { readPreview } from "../../../src/review/engine/readPreview.ts";
import { fixture } from "./fixture.ts";

const events = fixture("replaced.events.ndjson");
const digest = fixture("replaced.digest.json");

function operations(text: string): readonly string[] {
    return readPreview(text, "preview").steps.map(
        ({ operation, type, name }) => `${operation} ${type} ${name}`,
    );
}

const replaced = [
    "replace rabbitmq:index/queue:Queue spot-queue-result-processor",
    "replace rabbitmq:index/binding:Binding spot-binding-spot.analysis-result-processor-analyze.result",
];

describe("a preview", () => {
    it("is recognized by its content, as a digest or as a stream of events", () => {
        expect(readPreview(digest, "-").format).toBe("digest");
        expect(readPreview(events, "-").format).toBe("events");
        expect(readPreview(JSON.stringify(JSON.parse(digest)), "-").format).toBe("digest");
    });

    it("has one step per resource, however many parts its replacement has", () => {
        expect(operations(digest)).toEqual(["same pulumi:pulumi:Stack spot-messaging-dev", ...replaced]);
        expect(
            operations(events)
                .filter((each) => !each.startsWith("same"))
                .sort(),
        ).toEqual([...replaced].sort());
        expect(operations(events)).toHaveLength(10);
    });

    it("has both sides of what it changes, and what differs", () => {
        for (const text of [digest, events]) {
            const queue = readPreview(text, "-").steps.find(
                ({ name }) => name === "spot-queue-result-processor",
            );
            expect(queue).toMatchObject({
                stack: "dev",
                before: { settings: { argumentsJson: '{"x-queue-type":"quorum"}' } },
                after: { settings: { argumentsJson: '{"x-queue-type":"quorum","x-max-length":9}' } },
                paths: ["settings.arguments", "settings.argumentsJson"],
            });
        }
    });

    it("has no secret, also with --show-secrets", () => {
        const envelope =
            '"password":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"[secret]"}';
        expect(events).toContain(envelope);
        const shown = events
            .replaceAll(envelope, envelope.replace('"ciphertext":"[secret]"', '"plaintext":"\\"canary-1\\""'))
            .replace("Registering resource", "canary-1 Registering resource")
            .replace("using pulumi-resource-rabbitmq", "using canary-1");
        expect(JSON.stringify(readPreview(shown, "-"))).not.toContain("canary-1");
        const plain = digest.replaceAll('"password": "[secret]"', '"password": "canary-2"');
        expect(plain).toContain("canary-2");
        expect(JSON.stringify(readPreview(plain, "-"))).not.toContain("canary-2");
    });

    it("counts the lines of other programs, wherever they stand", () => {
        const noisy = events.replace('{"sequence":3', 'Installing policy pack…\n{"sequence":3');
        expect(readPreview(`note\n${noisy}\n[done]\n`, "-")).toMatchObject({
            skippedLines: 3,
            result: "succeeded",
        });
        expect(readPreview(`note\nanother\n${digest}bye\n`, "-")).toMatchObject({
            skippedLines: 3,
            format: "digest",
        });
    });

    it("reads what Windows wrote", () => {
        expect(operations(`\uFEFF${events.replaceAll("\n", "\r\n")}`)).toEqual(operations(events));
    });

    it.each(["failed.digest.json", "failed.events.ndjson"])("says why it failed: %s", (name) => {
        const { result, diagnostics } = readPreview(fixture(name), "-");
        expect(result).toBe("failed");
        expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([
            {
                severity: "error",
                text: 'Pulumi.dev.yaml cannot be used:\n- Pulumi.dev.yaml: key "spot-messaging:retryDelay" has the value "5 bananas"; write a duration above zero and below 50 days, such as "30 seconds" or "5 minutes"',
            },
        ]);
    });

    it("tells policies that are violated, and fails by the mandatory ones", () => {
        const violation = (enforcementLevel: string): string =>
            JSON.stringify({
                sequence: 99,
                policyEvent: {
                    resourceUrn: "urn:pulumi:dev::p::a$rabbitmq:index/queue:Queue::spot-queue-x",
                    message: "<{%fg 13%}>queues need a limit; token=canary<{%reset%}>\n",
                    color: "raw",
                    policyName: "bounded",
                    policyPackName: "spot",
                    policyPackVersion: "1",
                    policyPackVersionTag: "1",
                    enforcementLevel,
                },
            });
        const diagnostic = {
            policy: "bounded",
            pack: "spot",
            text: "queues need a limit; token=[secret]",
            resource: "spot-queue-x",
        };
        const read = (level: string) => readPreview(`${violation(level)}\n${events}`, "-");
        expect(read("mandatory")).toMatchObject({
            result: "failed",
            policies: [{ ...diagnostic, isMandatory: true }],
        });
        expect(read("advisory")).toMatchObject({
            result: "succeeded",
            policies: [{ ...diagnostic, isMandatory: false }],
        });
        expect(read("none").policies).toEqual([]);
    });

    it.each([
        ["without its end", events.split("\n").slice(0, 12).join("\n"), "its summary is missing"],
        ["cut within a line", events.slice(0, events.length - 60), "its last line ends in the middle"],
    ])("says that a stream %s is not whole", (_, text, defect) => {
        expect(readPreview(text, "-").defect).toContain(defect);
    });

    it("knows a resource that drifted from the refreshed stream", () => {
        const { steps } = readPreview(fixture("drifted.events.ndjson"), "-");
        expect(
            steps.filter(({ hasDrifted }) => hasDrifted).map(({ operation, name }) => [operation, name]),
        ).toEqual([
            ["replace", "spot-exchange-spot.rpc"],
            ["create", "spot-policy-queue.result-processor"],
        ]);
    });
});

describe("a text that is not a preview", () => {
    it.each([
        ["", "is empty; read what pulumi wrote to standard error"],
        [" \n\n", "is empty; read what pulumi wrote to standard error"],
        ["Previewing update (dev)\n + 3 to create\n", "is not JSON"],
        ["[]", "is JSON, but not a preview"],
        [digest.slice(0, 900), "ends in the middle: the preview was interrupted, or the file is cut off"],
        [digest.replace('"steps": [', '"steps": [,'), "is not valid JSON"],
        ['{"version":3,"deployment":{}}', "is an exported state, not a preview"],
        ['{"format_version":"1.2","resource_changes":[]}', "is a plan of Terraform or OpenTofu"],
        ['{"manifest":{},"resourcePlans":{}}', "is a saved plan, not a preview"],
        ['{"result":"succeeded","summary":{},"resources":[]}', "is the short summary of --output json"],
        ['{"format":1,"stack":"dev","topology":{}}', "is a snapshot of a topology, not a preview"],
        ['{"rabbit_version":"4.3.0","queues":[]}', "is definitions of a broker, not a preview"],
        ['{"hello":"world"}', "is JSON, but neither a preview's digest nor its events"],
        [
            '{"steps":[{"op":1}]}',
            "has an unknown form (steps.0.op: Invalid input: expected string, received number)",
        ],
        [
            '{"steps":[{"op":"same","urn":"canary"}]}',
            "has an unknown form (steps.0.urn: expected a resource's URN)",
        ],
        ['{"sequence":1,"resourcePreEvent":{}}', "has an unknown form (0.resourcePreEvent.metadata:"],
    ])("%# is refused in a sentence with a way out", (text, problem) => {
        expect(() => readPreview(text, "p.json")).toThrow(`preview "p.json" ${problem}`);
        expect(() => readPreview(text, "p.json")).toThrow(
            "run pulumi preview --json again and pass its standard output",
        );
    });

    it("does not quote what it could not read", () => {
        expect(() => readPreview('{"steps":[{"op":"same","urn":"canary"}]}', "p.json")).toThrow(
            /^(?!.*canary)/u,
        );
    });
});
