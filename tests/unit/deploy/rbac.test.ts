import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { toNamespaceArgs } from "../../../packages/pulumi/src/kubernetes/broker/namespace.ts";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import { prodConfig } from "../environments.ts";
import { found } from "../found.ts";
import { recordProgram } from "../program/recorder.ts";

// What a real server says to the identity is tested in tests/kube.

const rule = z.object({
    apiGroups: z.array(z.string()),
    resources: z.array(z.string()),
    verbs: z.array(z.string()),
});
const documents = parseAllDocuments(
    readFileSync(new URL("../../../deploy/rbac.yaml", import.meta.url), "utf8"),
).map((document) => document.toJS() as unknown); // any YAML

function ofKind<T>(kind: string, schema: z.ZodType<T>): readonly T[] {
    return documents
        .filter((each) => z.object({ kind: z.string() }).parse(each).kind === kind)
        .map((each) => schema.parse(each));
}

const prod = await recordProgram("prod", prodConfig);
/** With options that the committed values do not use. */
const reached = await recordProgram("prod", {
    ...prodConfig,
    gatewayHost: "mail.example.com",
    ingressClass: "nginx",
    ingressNamespace: "ingress-nginx",
    ingressTlsSecret: "mail-tls",
    dataStorageClass: "shared",
});

const [role] = ofKind("Role", z.object({ rules: z.array(rule) }));

/** `core/v1` is the group without a name. */
function resourceOf(type: string): string {
    const { group, kind } = /^kubernetes:(?<group>[^/]+)\/[^:]+:(?<kind>\w+)$/.exec(type)?.groups ?? {};
    const plural = kind?.toLowerCase().replace(/y$/, "ie").replace(/s$/, "se");
    return `${group === "core" ? "" : (group ?? "")}/${plural ?? ""}s`;
}

describe("deploy/rbac.yaml", () => {
    it("lets the deploying identity declare in the namespace exactly what the prod stack may consist of", () => {
        const declared = new Set(
            [...prod, ...reached]
                .map(({ type }) => type)
                .filter((type) => type.startsWith("kubernetes:") && !type.endsWith(":NamespacePatch"))
                .map(resourceOf),
        );
        const allowed = found(role, "a role")
            .rules.filter(({ verbs }) => verbs.includes("create"))
            .flatMap(({ apiGroups, resources }) =>
                apiGroups.flatMap((group) => resources.map((resource) => `${group}/${resource}`)),
            );
        expect(allowed.sort()).toEqual([...declared].sort());
    });

    it("has no wildcard, and nothing on roles", () => {
        const rules = ["Role", "ClusterRole"].flatMap((kind) =>
            ofKind(kind, z.object({ rules: z.array(rule) })).flatMap((each) => each.rules),
        );
        expect(rules.length).toBeGreaterThan(0);
        const words = rules.flatMap((each) => [...each.apiGroups, ...each.resources, ...each.verbs]);
        expect(words.filter((word) => word.includes("*") || word.includes("role"))).toEqual([]);
    });

    it("makes the namespace as the program declares it", () => {
        const { cluster } = parseEnvironment("prod", prodConfig);
        const namespaces = ofKind("Namespace", z.object({ metadata: z.unknown() }));
        expect(cluster.kind === "kubernetes" && toNamespaceArgs(cluster).metadata).toEqual(
            namespaces[0]?.metadata,
        );
    });
});
