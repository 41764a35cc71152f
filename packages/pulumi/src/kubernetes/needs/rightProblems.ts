import { z } from "zod";
import type { KubernetesReader } from "../server/kubernetesReader.ts";
import type { NeededRights, RightRule } from "./kubernetesNeeds.ts";

/** One verb on one kind of object. */
interface Right {
    readonly group: string;
    readonly resource: string;
    readonly verb: string;
}

const names = z.array(z.string()).default([]);
const ownRules = z.object({
    status: z.object({
        resourceRules: z.array(
            z.object({ apiGroups: names, resources: names, verbs: names, resourceNames: names }),
        ),
    }),
});
const accessReview = z.object({ status: z.object({ allowed: z.boolean() }) });

const reviews = "/apis/authorization.k8s.io/v1";

/**
 * The rights that the identity lacks in the namespace. Every authenticated user may ask this.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
 */
export async function rightProblems(
    reader: KubernetesReader,
    namespace: string,
    { rules, wayOut }: NeededRights,
): Promise<readonly string[]> {
    const granted = await grantedRules(reader, namespace);
    const uncertain = rules.flatMap(rightsOf).filter((right) => !isGranted(right, granted));
    // A cluster may have more authorizers than those that list their rules.
    const allowed = await Promise.all(uncertain.map((right) => isAllowed(reader, namespace, right)));
    const missing = uncertain.filter((_, index) => allowed[index] === false);
    const resources = [...new Set(missing.map(qualifiedResource))];
    const lines = resources.map((resource) => {
        const verbs = missing
            .filter((right) => qualifiedResource(right) === resource)
            .map(({ verb }) => verb);
        return { resource, verbs: [...new Set(verbs)].join(", ") };
    });
    // One line for all resources with the same verbs.
    return [...new Set(lines.map(({ verbs }) => verbs))].map((verbs) => {
        const own = lines.filter((each) => each.verbs === verbs).map(({ resource }) => resource);
        return `namespace "${namespace}": this identity has no right to ${verbs} ${own.join(", ")}; ${wayOut}`;
    });
}

function rightsOf({ apiGroups, resources, verbs }: RightRule): readonly Right[] {
    return apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => ({ group, resource, verb }))),
    );
}

/** As `kubectl auth can-i` writes it: `deployments.apps`. */
function qualifiedResource({ group, resource }: Right): string {
    return group === "" ? resource : `${resource}.${group}`;
}

type GrantedRule = z.infer<typeof ownRules>["status"]["resourceRules"][number];

async function grantedRules(reader: KubernetesReader, namespace: string): Promise<readonly GrantedRule[]> {
    const answer = await reader.review(`${reviews}/selfsubjectrulesreviews`, {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectRulesReview",
        spec: { namespace },
    });
    return answer.kind === "found" ? ownRules.parse(answer.value).status.resourceRules : [];
}

function isGranted({ group, resource, verb }: Right, rules: readonly GrantedRule[]): boolean {
    const has = (list: readonly string[], name: string): boolean => list.includes(name) || list.includes("*");
    return rules.some(
        ({ apiGroups, resources, verbs, resourceNames }) =>
            resourceNames.length === 0 &&
            has(apiGroups, group) &&
            has(resources, resource) &&
            has(verbs, verb),
    );
}

/** `undefined` if the server does not answer this question. */
async function isAllowed(
    reader: KubernetesReader,
    namespace: string,
    right: Right,
): Promise<boolean | undefined> {
    const answer = await reader.review(`${reviews}/selfsubjectaccessreviews`, {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: { namespace, ...right } },
    });
    return answer.kind === "found" ? accessReview.parse(answer.value).status.allowed : undefined;
}
