import type { Digest } from "../definitions/credentials.ts";
import { reviewStack } from "../review/report/reviewedStack.ts";
import { type ComparedBroker, comparedSides, missingTag } from "./comparedSides.ts";
import type { DriftReport } from "./drift.ts";
import type { DeclaredPassword } from "./passwords.ts";
import { queueFindings } from "./queueFindings.ts";
import { repairOf } from "./repair.ts";
import { featureFindings, nodeFindings, tracedVhosts, userFindings } from "./stateFindings.ts";

/** What {@link driftReport} compares. */
export interface DriftInput extends ComparedBroker {
    /** The name of the stack, for the report. */
    readonly stack: string;
    /** The passwords that are known of the declared users. */
    readonly passwords: ReadonlyMap<string, DeclaredPassword>;
    readonly digest: Digest;
}

/** Compares a live broker with what is declared for it, as far as the user who read it may see. */
export function driftReport(input: DriftInput): DriftReport {
    const { stack, reading, passwords, digest } = input;
    const sides = comparedSides(input);
    const { before, after, review } = reviewStack({
        stack,
        before: sides.before,
        after: sides.after,
        hashes: {},
        problems: [],
        isExported: true,
    });
    const visible = new Set(sides.after.vhosts.map(({ name }) => name));
    const isWhole = input.vhost === undefined;
    const users = userFindings(
        reading,
        sides.before.users.map(({ name }) => name),
        passwords,
        digest,
    );
    const nodes = nodeFindings(
        reading,
        sides.before,
        missingTag(reading, 'the tag "monitoring" or "administrator"'),
    );
    const features = featureFindings(reading, sides.after);
    return {
        stack,
        broker: { endpoint: reading.endpoint, version: reading.version, user: reading.user },
        before,
        after,
        review,
        repairs: new Map(review.changes.map((each) => [each.id, repairOf(each, sides.after)])),
        findings: [
            ...users.findings,
            ...tracedVhosts(reading.vhosts.filter(({ name }) => visible.has(name))),
            ...queueFindings(sides.after, reading),
            ...(isWhole ? [...nodes.findings, ...features.findings] : []),
        ],
        notes: [...sides.notes, ...(isWhole ? features.notes : [])],
        unseen: [
            ...sides.unseen,
            ...(reading.users === undefined ? [] : users.unseen),
            ...nodes.unseen,
            ...(hasHiddenPassword(after.parameters)
                ? [
                      {
                          what: "passwords in the URIs of shovels and federation upstreams",
                          why: "they are replaced before anything is compared",
                      },
                  ]
                : []),
        ],
    };
}

function hasHiddenPassword(parameters: unknown): boolean {
    return parameters !== undefined && JSON.stringify(parameters).includes("[secret");
}
