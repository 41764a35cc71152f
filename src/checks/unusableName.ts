import type { Topology } from "../model/index.js";
import type { Finding } from "./finding.js";

const longestName = 255;

/** A name that the broker refuses, or that the provider's own ids (`name@vhost`) and number parsing cannot carry. */
export function unusableName(topology: Topology): readonly Finding[] {
    const named = [
        ...topology.vhosts.map(({ name }) => ({ kind: "virtual host", name })),
        ...topology.exchanges.map(({ name }) => ({ kind: "exchange", name })),
        ...topology.queues.map(({ name }) => ({ kind: "queue", name })),
        ...topology.policies.map(({ name }) => ({ kind: "policy", name })),
        ...topology.users.map(({ name }) => ({ kind: "user", name })),
    ];
    const counts = new Map<string, number>();
    for (const { kind, name } of named) {
        counts.set(`${kind} ${name}`, (counts.get(`${kind} ${name}`) ?? 0) + 1);
    }
    return [...new Map(named.map((each) => [`${each.kind} ${each.name}`, each])).entries()].flatMap(
        ([key, { kind, name }]) => {
            const message = problemOf(name, counts.get(key) ?? 1);
            return message === undefined
                ? []
                : [
                      {
                          rule: "unusableName",
                          severity: "error" as const,
                          place: `${kind} "${name}"`,
                          message,
                          fix: "choose another name: letters, digits, dots, hyphens and underscores",
                      },
                  ];
        },
    );
}

function problemOf(name: string, count: number): string | undefined {
    if (count > 1) {
        return `is declared ${count} times`;
    }
    if (name === "" || Buffer.byteLength(name) > longestName) {
        return `has a name of ${Buffer.byteLength(name)} bytes; 1 to ${longestName} are allowed`;
    }
    if (name.startsWith("amq.")) {
        return 'begins with "amq.", which the broker keeps for itself';
    }
    // A policy definition is a map of strings to the provider, which makes numbers of those that look like one.
    if (/^\d+$/.test(name)) {
        return "consists of digits only, which the provider would send as a number";
    }
    return /^[\w.-]+$/.test(name) ? undefined : "contains characters that ids and patterns cannot carry";
}
