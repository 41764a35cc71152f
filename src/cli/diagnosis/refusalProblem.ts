import type { Problem } from "./cause.ts";

interface Refusal {
    readonly pattern: RegExp;
    readonly problem: (...parts: readonly string[]) => string;
    readonly wayOut: string;
}

/** Why the API server refuses objects of controllers, by its words. The first pattern that fits counts. */
const refusals: readonly Refusal[] = [
    {
        pattern: /exceeded quota: ([^,]+), requested: (.+), used: (.+), limited: ([^;]+)/,
        problem: (quota = "", requested = "", used = "", limited = "") =>
            `ResourceQuota "${quota}" is exceeded (requested ${requested}; used ${used}; limit ${limited})`,
        wayOut: "have an administrator raise the quota, or ask for less",
    },
    {
        pattern: /failed quota: ([^:]+): (must specify .+)/,
        problem: (quota = "", rule = "") =>
            `ResourceQuota "${quota}" requires values that the pod does not have (${rule})`,
        wayOut: "have an administrator set defaults with a LimitRange, or remove these values from the quota",
    },
    {
        pattern: /violates PodSecurity "([^"]+)": (.+)/,
        problem: (level = "", rules = "") => `Pod Security level "${level}" refuses the pod (${rules})`,
        wayOut: "update the operator that makes the pod, exempt the namespace from what adds containers to pods (such as a service mesh), or have an administrator lower the level of the namespace",
    },
    {
        pattern: /unable to validate against any security context constraint: (.+)/s,
        problem: (rules = "") =>
            `no SecurityContextConstraint of OpenShift admits the pod (${firstLine(rules)})`,
        wayOut: "grant the pod's service account one that admits its user",
    },
    {
        pattern: /failed calling webhook "([^"]+)": .*?(x509: .+|tls: .+)/s,
        problem: (webhook = "", reason = "") =>
            `admission webhook "${webhook}" has a certificate that the API server does not accept (${shorten(reason)})`,
        wayOut: "have an administrator repair what issues it and what writes its authority into the webhook configuration (for most operators cert-manager), or install the operator again as its release describes",
    },
    {
        pattern: /failed calling webhook "([^"]+)": (.+)/s,
        problem: (webhook = "", reason = "") =>
            `admission webhook "${webhook}" does not answer (${shorten(reason)})`,
        wayOut: "start the software that the webhook belongs to, or delete its webhook configuration if the software is no longer installed",
    },
    {
        pattern: /admission webhook "([^"]+)" denied the request: (.+)/s,
        problem: (webhook = "", reason = "") =>
            `admission webhook "${webhook}" refuses it (${shorten(reason)})`,
        wayOut: "have an administrator of this webhook allow it, or change what it refuses",
    },
    {
        pattern: /ValidatingAdmissionPolicy '([^']+)' with binding '([^']+)' denied request: (.+)/s,
        problem: (policy = "", binding = "", reason = "") =>
            `ValidatingAdmissionPolicy "${policy}" refuses it by binding "${binding}" (${shorten(reason)})`,
        wayOut: "have an administrator exempt the namespace, or change what the policy refuses",
    },
    {
        pattern: /((?:maximum|minimum) .+ usage per (?:Container|Pod|PersistentVolumeClaim) is .+)/s,
        problem: (rule = "") => `a LimitRange refuses it (${shorten(rule)})`,
        wayOut: "have an administrator change the LimitRange, or ask for other amounts",
    },
    {
        pattern: /unable to create new content in namespace (\S+) because it is being terminated/,
        problem: (namespace = "") => `namespace "${namespace}" is being deleted`,
        wayOut: "wait until it is deleted, have an administrator create it again, and run the command again",
    },
    {
        pattern: /serviceaccount "([^"]+)" not found/,
        problem: (account = "") => `service account "${account}" does not exist`,
        wayOut: "run the command again: it creates the account",
    },
    {
        pattern:
            /could not be completed at this time|etcdserver: (?:request timed out|leader changed|no leader)|please try again later|the object has been modified/i,
        problem: () => "the API server did not accept a change at that moment",
        wayOut: "wait, the controller tries again; if it persists, check the load of the control plane",
    },
    {
        pattern: /cannot set blockOwnerDeletion/,
        problem: () => "the operator may not set finalizers on the owner of its objects",
        wayOut: "apply the roles of the operator's release again",
    },
    {
        pattern: /no PriorityClass with name (\S+) was found/,
        problem: (name = "") => `PriorityClass "${name}" does not exist`,
        wayOut: "create it",
    },
    {
        pattern: /User "([^"]+)" cannot (\S+) resource "([^"]+)"/,
        problem: (user = "", verb = "", resource = "") => `"${user}" has no right to ${verb} ${resource}`,
        wayOut: "have an administrator grant it: apply deploy/rbac.yaml again, or the roles of the operator's release",
    },
];

/** Why an object of a controller was not created; `undefined` if the message is of another kind. */
export function refusalProblem(message: string): Problem | undefined {
    for (const { pattern, problem, wayOut } of refusals) {
        const found = pattern.exec(message);
        if (found !== null) {
            return { problem: problem(...found.slice(1)), wayOut };
        }
    }
    return undefined;
}

const longestReason = 300;

/** The first line, without the rest of a long one. */
export function shorten(message: string): string {
    const line = firstLine(message);
    return line.length > longestReason ? `${line.slice(0, longestReason - 1)}…` : line;
}

function firstLine(message: string): string {
    return message.trim().split("\n")[0]?.trim() ?? "";
}
