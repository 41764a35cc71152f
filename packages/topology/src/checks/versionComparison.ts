import type { KnownVersion, Topology } from "../model/index.ts";
import type { Finding } from "./finding.ts";
import { check } from "./index.ts";

/**
 * How a target version changes a finding, in SARIF's words: `new` (found only for the target), `unchanged`, or `absent` (found only for the
 * version that the topology was compiled for).
 */
export type FindingState = "new" | "unchanged" | "absent";

/** The findings of one topology for two broker versions. */
export interface VersionComparison {
    /** The findings for the target version, sorted. */
    readonly findings: readonly Finding[];
    /** The findings only for the version that the topology was compiled for, sorted. */
    readonly absent: readonly Finding[];
    /** How the target changes a finding of either list or of the input. */
    readonly stateOf: (finding: Finding) => FindingState;
}

/**
 * Checks a topology for a target version too, and reports which findings are new and which are absent.
 * @param checkFor checks the topology for a version. @default - {@link check}
 */
export function compareVersions(
    topology: Topology,
    target: KnownVersion,
    checkFor: (target: KnownVersion) => readonly Finding[] = (each) => check(topology, { target: each }),
): VersionComparison {
    const own = checkFor(topology.brokerVersion);
    const findings = checkFor(target);
    const identityOf = identityWithout([topology.brokerVersion, target]);
    const before = new Set(own.map(identityOf));
    const after = new Set(findings.map(identityOf));
    const isNew = new Set([...after].filter((each) => !before.has(each)));
    const absent = own.filter((each) => !after.has(identityOf(each)));
    const isAbsent = new Set(absent.map(identityOf));
    return {
        findings,
        absent,
        stateOf: (finding) => {
            const identity = identityOf(finding);
            return isNew.has(identity) ? "new" : isAbsent.has(identity) ? "absent" : "unchanged";
        },
    };
}

/** Two findings with the same identity are the same problem, although each message names its own version. */
function identityWithout(versions: readonly KnownVersion[]): (finding: Finding) => string {
    return ({ rule, place, message }) =>
        JSON.stringify([
            rule,
            place,
            versions.reduce((text, version) => text.replaceAll(`RabbitMQ ${version}`, "RabbitMQ"), message),
        ]);
}
