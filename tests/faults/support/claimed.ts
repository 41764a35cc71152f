import type { Claim, ClaimKind } from "@spot-messaging/topology/claims";
import type { Note } from "../../support/experimentTable.ts";
import type { SiteExperiments } from "./experiment.ts";
import type { Site } from "./site.ts";

/** The claims of one kind. */
type Of<Kind extends ClaimKind> = Extract<Claim, { readonly kind: Kind }>;

/** The claims of a kind, by virtual host, because a connection belongs to one. */
export function claimsByVhost<Kind extends ClaimKind>(
    { claims: { claims } }: Site,
    kind: Kind,
): ReadonlyMap<string, readonly Of<Kind>[]> {
    const found = claims.filter((claim): claim is Of<Kind> => claim.kind === kind);
    const vhosts = [...new Set(found.map(({ vhost }) => vhost))];
    return new Map(vhosts.map((vhost) => [vhost, found.filter((claim) => claim.vhost === vhost)]));
}

/** Declares the experiment of one kind of claim, which tries all claims of this kind. */
export function claimExperiment<Kind extends ClaimKind>(
    { experiment }: SiteExperiments,
    kind: Kind,
    sentence: string,
    tryAll: (site: Site, vhost: string, claims: readonly Of<Kind>[], note: Note) => Promise<void>,
): void {
    experiment(sentence, "", async (site, note) => {
        const groups = claimsByVhost(site, kind);
        const count = [...groups.values()].reduce((sum, { length }) => sum + length, 0);
        note(`${count} claims`);
        for (const [vhost, claims] of groups) {
            await tryAll(site, vhost, claims, note);
        }
    });
}
