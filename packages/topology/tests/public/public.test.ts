import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Definitions, toDefinitions } from "../../src/definitions/definitions.ts";
import { parseJson } from "../../src/definitions/jsonDocument.ts";
import { parseDefinitions } from "../../src/definitions/parseDefinitions.ts";
import { objectKey, type PolicyDefinition, type Topology } from "../../src/model/index.ts";
import { effectiveSettings } from "../../src/settings/effective.ts";
import { nameMatcher } from "../../src/view/nameMatcher.ts";
import { archive } from "./archive.ts";
import { areas } from "./areas.ts";
import { rates } from "./rates.ts";
import { shards } from "./shards.ts";

/** Definitions of other projects, with other names. */
const declared = { archive, areas, rates, shards };

function readText(name: string): string {
    return readFileSync(new URL(`definitions/${name}.json`, import.meta.url), "utf8");
}

/** What a broker keeps of the objects; of policies, see below. */
function objectsOf(topology: Topology): Pick<Definitions, "vhosts" | "exchanges" | "queues" | "bindings"> {
    const { vhosts, exchanges, queues, bindings } = toDefinitions(topology);
    return { vhosts, exchanges, queues, bindings };
}

/** The settings that policies give each object. The compiler makes a separate policy for each object. */
function policySettings(topology: Topology): ReadonlyMap<string, PolicyDefinition> {
    const settingsOf = effectiveSettings({ ...topology, operatorPolicies: [] });
    return new Map([
        ...topology.exchanges.map(
            (each) => [`exchange ${objectKey(each)}`, settingsOf(each).definition] as const,
        ),
        ...topology.queues.map((each) => [`queue ${objectKey(each)}`, settingsOf(each).definition] as const),
    ]);
}

describe.each(Object.entries(declared))("the topology of another project, %s,", (name, topology) => {
    const text = readText(name);
    const { topology: exported, problems } = parseDefinitions(parseJson(text));

    it("is read without a problem that changes it", () => {
        const raw = JSON.parse(text) as Record<string, readonly unknown[]>; // a definitions file
        for (const list of ["vhosts", "exchanges", "queues", "bindings"] as const) {
            expect(exported[list]).toHaveLength(raw[list]?.length ?? 0);
        }
        expect(problems.filter(({ rule }) => rule === "unreadable")).toEqual([]);
    });

    it("is declared with the same exchanges, queues and bindings, their arguments included", () => {
        expect(objectsOf(topology)).toEqual(objectsOf(exported));
    });

    it("has the same settings by policy on every object", () => {
        expect(policySettings(topology)).toEqual(policySettings(exported));
    });

    it("gives its users nothing that theirs may not use", () => {
        for (const { user, vhost, write, read } of topology.permissions) {
            const theirs = exported.permissions.find((each) => each.user === user && each.vhost === vhost);
            expect(theirs, user).toBeDefined();
            const names = [...exported.exchanges, ...exported.queues]
                .filter((each) => each.vhost === vhost)
                .map((each) => each.name);
            const used = [
                [write, theirs?.write],
                [read, theirs?.read],
            ].map(([ours = "", pattern = ""]) => {
                const own = names.filter((each) => nameMatcher(ours).test(each));
                expect(own.filter((each) => !nameMatcher(pattern).test(each))).toEqual([]);
                return own.length;
            });
            expect(used.every((count) => count > 0)).toBe(true);
        }
    });

    it("takes at most 60 lines", () => {
        const source = readFileSync(new URL(`${name}.ts`, import.meta.url), "utf8");
        expect(source.trimEnd().split("\n").length).toBeLessThanOrEqual(60);
    });
});
