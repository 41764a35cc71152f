import { describe, expect, it } from "vitest";
import { isFailureHeader, type ReportedFailure, reportedFailure } from "../../src/messages/failureHeaders.ts";

const time = "2026-11-24T08:00:00.000Z";
const at = Date.parse(time);

/** Headers as programs write them, and the failure that they describe. */
const families: readonly (readonly [
    name: string,
    headers: Record<string, unknown>,
    ReportedFailure | undefined,
])[] = [
    [
        "own headers with a prefix",
        {
            "x-acme-error": "boom",
            "x-acme-error-type": "ValueError",
            "x-acme-service": "billing",
            "x-acme-service-version": "1.4.0",
            "x-acme-attempts": 5,
            "x-acme-source-queue": "orders",
            "x-acme-failed-at": time,
        },
        {
            error: "boom",
            errorType: "ValueError",
            service: "billing",
            release: "1.4.0",
            attempts: 5,
            sourceQueue: "orders",
            failedAt: at,
        },
    ],
    [
        "Spring",
        {
            "x-exception-message": "boom",
            "x-exception-stacktrace": "at A.java",
            "x-original-exchange": "work",
        },
        { error: "boom" },
    ],
    [
        "NServiceBus",
        {
            "NServiceBus.ExceptionInfo.Message": "boom",
            "NServiceBus.ExceptionInfo.ExceptionType": "System.Exception",
            "NServiceBus.ExceptionInfo.HelpLink": "",
            "NServiceBus.FailedQ": "orders@host",
            "NServiceBus.TimeOfFailure": "2026-11-24 08:00:00:000000 Z",
            "NServiceBus.DelayedRetries": "3",
        },
        { error: "boom", errorType: "System.Exception", sourceQueue: "orders", attempts: 3, failedAt: at },
    ],
    [
        "MassTransit",
        {
            "MT-Fault-Message": "boom",
            "MT-Fault-ExceptionType": "System.Exception",
            "MT-Fault-InputAddress": "rabbitmq://host/shop/orders?durable=true",
            "MT-Fault-Timestamp": time,
            "MT-Reason": "fault",
        },
        { error: "boom", errorType: "System.Exception", sourceQueue: "orders", failedAt: at },
    ],
    [
        "Rascal, in nested tables",
        { rascal: { error: { message: "boom", code: "EBOOM" }, originalQueue: "orders" } },
        { error: "boom", errorType: "EBOOM", sourceQueue: "orders" },
    ],
    ["no error", { "x-service": "billing", "x-attempts": 3, traceparent: "00-1-2-01" }, undefined],
    ["an empty error", { "x-acme-error": "" }, undefined],
    ["an error that is a table without text", { error: { at: [3] } }, undefined],
    ["only the history of redrives", { "x-redrives": [{ error: "boom" }] }, undefined],
    [
        "the broker's own reasons",
        { "x-first-death-reason": "rejected", "x-death": [{ reason: "rejected" }] },
        undefined,
    ],
    ["counts below zero", { error: "boom", attempts: -1 }, { error: "boom" }],
];

describe("the failure that headers describe", () => {
    it.each(families)("is read from %s", (_name, headers, failure) => {
        expect(reportedFailure(headers)).toEqual(failure);
    });

    it("counts every header of a family as one about a failure, and no other", () => {
        const others = new Set(["x-service", "traceparent", "x-redrives", "x-first-death-reason", "x-death"]);
        const names = families
            .flatMap(([, headers]) => Object.keys(headers))
            .filter((name) => name !== "rascal");
        const wrong = names.filter(
            (name) =>
                !others.has(name) &&
                !isFailureHeader(name) &&
                // Harmless: they name things and count nothing.
                !/service|Endpoint/i.test(name),
        );
        expect(wrong).toEqual([]);
        expect(["traceparent", "kind", "x-tenant", "CC", "priority"].filter(isFailureHeader)).toEqual([]);
    });
});
