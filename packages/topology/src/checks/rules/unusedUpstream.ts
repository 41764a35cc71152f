import { federationOf, federationReference } from "../../links/federation.ts";
import { placeOf } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unusedUpstream: CheckRule = {
    id: "unusedUpstream",
    severity: "warning",
    reason: "No policy leads to the federation upstream or the set of upstreams, so there is no link and no message arrives from it.",
    fix: "Name it in a policy, or remove it.",
    invariants: ["completePolicy"],
    source: "https://www.rabbitmq.com/docs/federation#how-is-it-configured",
    check: ({ topology, version }) => {
        const { upstreams, sets, upstreamsOf } = federationOf(topology, version);
        if (upstreams.length === 0 && sets.length === 0) {
            return [];
        }
        const references = topology.policies.flatMap(({ vhost, definition }) => {
            const reference = federationReference(definition);
            return reference === undefined ? [] : [{ vhost, reference }];
        });
        const used = new Set(references.flatMap(({ vhost, reference }) => upstreamsOf(vhost, reference)));
        const isNamed = (vhost: string, name: string): boolean =>
            references.some(
                (each) =>
                    each.vhost === vhost &&
                    each.reference.kind === "upstreamSet" &&
                    each.reference.name === name,
            );
        const problem = {
            message: "no policy leads to it, so no message arrives from it",
            fix: "name it in a policy, or remove it",
        };
        return [
            ...upstreams
                .filter((each) => !used.has(each))
                .map(({ vhost, name }) => ({
                    place: placeOf(vhost, "federation upstream", name),
                    ...problem,
                })),
            ...sets
                .filter(({ vhost, name }) => !isNamed(vhost, name))
                .map(({ vhost, name }) => ({
                    place: placeOf(vhost, "federation upstream set", name),
                    ...problem,
                })),
        ];
    },
};
