import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { FindingsJson } from "../src/render/findings.ts";
import { topology } from "./topologyRun.ts";

interface Case {
    readonly import: "accepted" | "conditional" | "refused";
    /** Errors and warnings, each as `rule: a part of the message or the fix`. */
    readonly says?: readonly string[];
    /** Rules that would be wrong about the file. */
    readonly silent?: readonly string[];
    readonly target?: string;
}

async function found(name: string, target: string | undefined): Promise<FindingsJson> {
    const file = fileURLToPath(new URL(`../../topology/tests/cases/${name}.json`, import.meta.url));
    const to = target === undefined ? [] : ["--target", target];
    const { output } = await topology(["check", "--json", "--file", file, ...to]);
    return JSON.parse(output) as FindingsJson;
}

/** Definitions like those that other people export, and what brokers did with them (4.3.6, or the version in the file's name). */
const cases: readonly (readonly [file: string, expected: Case])[] = [
    ["passwordHashNotBase64", { import: "refused", says: ["refusedImport: is not Base64"] }],
    ["delayedMessageExchange", { import: "conditional" }],
    [
        "delayedMessageWithoutType",
        { import: "refused", says: ['refusedImport: has no argument "x-delayed-type"'] },
    ],
    [
        "predeclaredExchangesListed",
        { import: "accepted", silent: ["invalidName", "exchangeCycle", "unboundExchange"] },
    ],
    ["predeclaredExchangeOfAnotherType", { import: "accepted", silent: ["literalWildcard"] }],
    ["transientQueueOn436", { import: "accepted", silent: ["refusedQueue", "skippedByImport"] }],
    [
        "missingAlternateLikeItself",
        { import: "accepted", says: ["danglingReference: declare the exchange or remove the reference"] },
    ],
    [
        "queueModeWithoutPrefix",
        {
            import: "accepted",
            says: ['ineffectiveSetting: sets "queue-mode" without effect'],
            silent: ["overriddenArgument"],
        },
    ],
    [
        "queueModeOfQuorumQueue",
        {
            import: "refused",
            says: ['refusedImport: has "x-queue-mode", which a quorum queue of RabbitMQ 4.3 cannot have'],
            silent: ["ineffectiveSetting", "inapplicableArgument"],
        },
    ],
    [
        "retryArgumentVsPolicy",
        {
            import: "accepted",
            says: [
                'overriddenArgument: to keep "main", give the queue a copy of the policy',
                'overriddenArgument: to keep "work", give the queue a copy of the policy',
            ],
            silent: ["deadLetterCycle"],
        },
    ],
    ["partialWithoutUsers", { import: "conditional", silent: ["danglingReference"] }],
    ["partialOtherVhost", { import: "conditional", silent: ["danglingReference"] }],
    ["duplicateQueue", { import: "accepted", says: ["repeatedObject: is a duplicate of queues[0]"] }],
    [
        "duplicateQueueWithOtherSettings",
        { import: "accepted", says: ["repeatedObject: an import keeps the first"] },
    ],
    [
        "shovelMissingVhost",
        {
            import: "refused",
            says: [
                'danglingReference: virtual host "nowhere" does not exist',
                'refusedImport: virtual host "nowhere" does not exist',
                "implicitShovelVhost: the URI of its destination names no virtual host",
                "implicitShovelVhost: the URI of its source names no virtual host",
                'undeclaredShovelQueue: destination queue "b" is not declared',
                'undeclaredShovelQueue: source queue "a" is not declared',
            ],
        },
    ],
    [
        "shovelInvalid",
        {
            import: "refused",
            says: [
                'refusedImport: has neither "src-exchange" nor "src-queue"',
                "undeclaredShovelQueue: is not declared",
            ],
        },
    ],
    [
        "shovelValueAsText",
        { import: "refused", says: ['refusedImport: give a table with "src-uri" and "dest-uri"'] },
    ],
    [
        "upstreamWithoutUri",
        { import: "refused", says: ['refusedImport: "uri" is missing', "unusedUpstream: "] },
    ],
    ["unknownComponent", { import: "refused", says: ['refusedImport: use "federation-upstream"'] }],
    [
        "consistentHashKeyNotInteger",
        { import: "refused", says: ["refusedImport: a consistent-hash exchange reads it as a weight"] },
    ],
    ["jmsWithoutSelector", { import: "refused", says: ['refusedImport: "rjms_erlang_selector" is missing'] }],
    ["vhostLimitBelowQueues", { import: "accepted", says: ["exceededLimit: an import creates them all"] }],
    [
        "deadLetterKeyArgumentExchangePolicy",
        { import: "refused", says: ["refusedImport: an exchange in a policy does not count"] },
    ],
    ["nullArguments", { import: "refused", says: ['refusedImport: "arguments" is null'] }],
    [
        "mirroringPolicy",
        { import: "accepted", silent: ["unknownSetting", "unavailableSetting", "refusedImport"] },
    ],
    [
        "mirroringPolicy",
        {
            import: "refused",
            says: [
                'refusedImport: has "ha-mode", "ha-sync-mode", "ha-sync-batch-size", which RabbitMQ 4.3 no longer supports',
            ],
            silent: ["unknownSetting", "unavailableSetting"],
            target: "4.3",
        },
    ],
    ["emptyPolicyDefinition", { import: "refused", says: ['refusedImport: "definition" has no setting'] }],
    [
        "userTagsMissing",
        { import: "refused", says: ['refusedImport: "tags" is missing', "plainTextPassword: "] },
    ],
    [
        "wildcardOnDirectExchange",
        {
            import: "accepted",
            says: ["literalWildcard: use a topic exchange, or bind with each routing key"],
        },
    ],
    ["deadLettersKeepTheirKeys", { import: "accepted", says: ['unroutedDeadLetters: such as "dead"'] }],
    ["policyKeyWithPrefix", { import: "refused", says: ['refusedImport: did you mean "message-ttl"?'] }],
    [
        "exchangeTypeInAnotherCase",
        { import: "refused", says: ['refusedImport: did you mean "topic"?'], silent: ["unknownType"] },
    ],
    [
        "defaultBindingToMissingQueue",
        { import: "refused", says: ['refusedImport: queue "nope" does not exist'] },
    ],
    [
        "deliveryLimitAsText",
        { import: "accepted", says: ["invalidValue: which the broker stores unchecked"] },
    ],
    [
        "reservedQueueWithBinding",
        {
            import: "refused",
            says: [
                'refusedImport: queue "amq.mine" does not exist',
                "skippedByImport: an import passes over such a queue",
            ],
        },
    ],
    ["defaultTypeQuorumAutoDelete", { import: "accepted", silent: ["refusedQueue"] }],
    ["defaultTypeQuorumTransientOn41", { import: "accepted", silent: ["refusedQueue"] }],
    ["globalParametersNotAList", { import: "refused", says: ["refusedImport: give a list"] }],
    [
        "exclusiveBindingExport",
        { import: "refused", says: ["refusedImport: remove the binding"], silent: ["danglingReference"] },
    ],
    ["quorumQueueOn313", { import: "accepted" }],
    [
        "quorumQueueOn313",
        {
            import: "accepted",
            says: ["addedDeliveryLimit: a message that was redelivered 20 times is dropped"],
            target: "4.0",
        },
    ],
    [
        "quorumQueueOn313",
        {
            import: "accepted",
            says: ["addedDeliveryLimit: a message that was redelivered 20 times is dropped"],
            target: "4.3",
        },
    ],
    ["quorumQueueOn43", { import: "accepted", silent: ["addedDeliveryLimit"] }],
    ["superStream", { import: "accepted", silent: ["unknownSetting"] }],
];

describe("definitions of other people", () => {
    it.each(cases)("are checked as the broker takes them: %s", async (file, expected) => {
        const { findings, import: verdict } = await found(file, expected.target);
        expect(verdict?.outcome).toBe(expected.import);
        const serious = findings.filter(({ severity }) => severity !== "note");
        const { says = [], silent = [] } = expected;
        expect(serious.map(({ rule }) => rule)).toEqual(says.map((each) => each.split(": ", 1)[0]));
        for (const [at, each] of serious.entries()) {
            const part = says[at]?.replace(/^\w+: /u, "") ?? "";
            expect(`${each.message}; ${each.fix}`).toContain(part);
        }
        expect(findings.filter(({ rule }) => silent.includes(rule))).toEqual([]);
    });
});

describe("a review of definitions from 3.13 and 4.3", () => {
    it("needs approval, because a queue gets a delivery limit and drops messages", async () => {
        const [base, head] = ["quorumQueueOn313", "quorumQueueOn43"].map((name) =>
            fileURLToPath(new URL(`../../topology/tests/cases/${name}.json`, import.meta.url)),
        );
        const { exitCode, output } = await topology(["review", "--base", base ?? "", "--head", head ?? ""]);
        expect(exitCode).toBe(1);
        expect(output).toContain('queue "parcels": delivery limit no limit -> 20');
        expect(output).toContain("are dropped");
    });
});
