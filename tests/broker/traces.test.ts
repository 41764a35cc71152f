import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gateway } from "../../src/cli/mails/gateway.ts";
import { readMail } from "../../src/cli/mails/mail.ts";
import { analyse } from "../../src/cli/mails/submission.ts";
import { projectRoot } from "../../src/cli/project.ts";
import { receiverEndpoint, receiveTraces } from "../../src/cli/traces/followTraces.ts";
import type { Span } from "../../src/cli/traces/span.ts";
import { buildTraces, isOfMail, nodesOf, type TraceTree } from "../../src/cli/traces/traceTree.ts";
import { startStack, type TestStack } from "./support/stack.ts";

/**
 * The traces that the real services export while they analyse e-mails, received as `npm run traces` does. Not proved here: how a tree is
 * drawn; see tests/unit/cli/traces.
 */
describe("the traces of the running services", () => {
    let stack: TestStack;
    let spans: readonly Span[];
    let traces: readonly TraceTree[];
    let ids: readonly string[];

    beforeAll(async () => {
        stack = await startStack("traces", "4.3", {
            deployServices: "true",
            tracesEndpoint: receiverEndpoint,
        });
        const mails = await readMail([join(projectRoot, "services", "samples", "phishing.eml")]);
        const stop = new AbortController();
        const receiving = receiveTraces(
            stack.docker,
            stack.stack,
            { milliseconds: 120_000, signal: stop.signal },
            () => undefined,
        );
        // The receiver is part of the networks before the first export.
        await sleep(3_000);
        const address = gateway(`http://127.0.0.1:${stack.ports.gatewayPort}`);
        const analysed = await analyse(mails, address, 60_000, () => undefined);
        ids = analysed.flatMap(({ analysis }) => (analysis?.state === "completed" ? [analysis.id] : []));
        expect(ids).toHaveLength(1);
        // The notifications follow the verdict, and services export every five seconds.
        await sleep(15_000);
        stop.abort();
        spans = await receiving;
        traces = buildTraces(spans).filter(isOfMail);
    });

    afterAll(async () => {
        await stack.remove();
    });

    it("are one connected tree for an e-mail, from its submission to its notifications", () => {
        expect(buildTraces(spans, ids[0]).filter(isOfMail)).toHaveLength(1);
        const [trace] = traces;
        const nodes = [...nodesOf(trace?.roots ?? [])];
        expect(trace?.roots.map(({ span }) => [span.service, span.name])).toEqual([
            ["gateway", "POST /analyses"],
        ]);
        const deployed = stack.topology.services.flatMap(({ name, workload }) =>
            workload === undefined ? [] : [name],
        );
        expect([...new Set(nodes.map(({ span }) => span.service))].sort()).toEqual([...deployed].sort());
        const delivered = nodes.filter(({ waited }) => waited !== undefined).map(({ span }) => span.name);
        const queues = stack.environment.analyzers.map((analyzer) => `consume analyzer.${analyzer}`);
        expect(delivered).toEqual(
            expect.arrayContaining([
                ...queues,
                "consume analyzer-orchestrator.findings",
                "consume result-processor",
                "consume notifications.email",
                "consume notifications.webhook",
            ]),
        );
    });

    it("contain nothing of the e-mail: no subject, no address, no file name, no words", () => {
        const text = JSON.stringify(spans).toLowerCase();
        expect(text).toContain("spot.analysis");
        const words = [
            "phishing.eml",
            "@",
            "account has been limited",
            "bank.example",
            "phish.test",
            "203.0.113",
        ];
        for (const word of [...words, "dear customer", "victim", "http://", "https://"]) {
            expect(text).not.toContain(word);
        }
    });
});
