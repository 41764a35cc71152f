import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { check } from "../../src/checks/index.ts";
import { parseTopology } from "../../src/definitions/parseTopology.ts";
import type { Policy, Topology } from "../../src/model/index.ts";
import { effectiveSettings } from "../../src/settings/effective.ts";
import { settingOfArgument } from "../../src/settings/settingTable.ts";
import { topologyView } from "../../src/view/topologyView.ts";

/** What the fix of `overriddenArgument` says: a copy of the policy with the values in use, and a queue without the arguments. */
function withoutOverriddenArguments(topology: Topology): Topology {
    const places = new Set(
        check(topology)
            .filter(({ rule }) => rule === "overriddenArgument")
            .map(({ place }) => place),
    );
    const settingsOf = effectiveSettings(topology);
    const policies: Policy[] = [...topology.policies];
    const queues = topology.queues.map((queue) => {
        const { policy, settings } = settingsOf(queue);
        if (policy === undefined || !places.has(`vhost "${queue.vhost}": queue "${queue.name}"`)) {
            return queue;
        }
        const overridden = Object.keys(queue.arguments).filter((argument) =>
            Object.hasOwn(policy.definition, settingOfArgument("queue", argument) ?? ""),
        );
        const used = overridden.map((argument) => {
            const key = settingOfArgument("queue", argument) ?? "";
            return [key, settings.value(key) ?? null] as const;
        });
        policies.push({
            ...policy,
            name: `copy for ${queue.name}`,
            pattern: `^${queue.name}$`,
            precedence: policy.precedence + 1,
            definition: { ...policy.definition, ...Object.fromEntries(used) },
        });
        const kept = Object.entries(queue.arguments).filter(([argument]) => !overridden.includes(argument));
        return { ...queue, arguments: Object.fromEntries(kept) };
    });
    return { ...topology, policies, queues };
}

describe("the fix of overriddenArgument", () => {
    it("removes the finding and keeps a retry loop: each queue has the same dead letters, limits and errors", () => {
        const file = new URL("../cases/retryArgumentVsPolicy.json", import.meta.url);
        const { topology } = parseTopology(readFileSync(file, "utf8"));
        const fixed = withoutOverriddenArguments(topology);
        const rulesOf = (each: Topology) => new Set(check(each).map(({ rule }) => rule));
        expect(rulesOf(topology)).toContain("overriddenArgument");
        expect(rulesOf(fixed)).not.toContain("overriddenArgument");
        const [before, after] = [topologyView(topology), topologyView(fixed)];
        const hops = topology.queues.map((queue) => before.deadLetters(queue));
        expect(hops.filter((hop) => hop !== undefined).length).toBeGreaterThan(1);
        expect(fixed.queues.map((queue) => after.deadLetters(queue))).toEqual(hops);
        const valuesOf = (view: typeof before) =>
            view.topology.queues.map((queue) =>
                [...view.effective(queue).settings.values()].map(({ key, value }) => [key, value]).toSorted(),
            );
        expect(valuesOf(after)).toEqual(valuesOf(before));
        expect(check(fixed).filter(({ severity }) => severity === "error")).toEqual([]);
    });
});
