import type { BrokerVersion, Topology } from "../model/index.ts";
import type { Finding } from "./finding.ts";
import { check } from "./index.ts";

/**
 * What judging for another version makes of a finding, in SARIF's words: `new` with it, `unchanged` by it, or `absent`: found for the version
 * that the topology was made for, but no longer for the other.
 */
export type FindingState = "new" | "unchanged" | "absent";

/** What two versions of the broker make of one topology. */
export interface VersionComparison {
    /** What is found for the target, in total order. */
    readonly findings: readonly Finding[];
    /** What is found only for the version that the topology was made for, in total order. */
    readonly absent: readonly Finding[];
    /** Whether a finding, of either list or of the input, is there because of the target. */
    readonly stateOf: (finding: Finding) => FindingState;
}

/**
 * Judges a topology for another version, and tells which findings come and go with it.
 * @param judge finds what is wrong for a version. @default - {@link check}
 */
export function compareVersions(
    topology: Topology,
    target: BrokerVersion,
    judge: (target: BrokerVersion) => readonly Finding[] = (each) => check(topology, { target: each }),
): VersionComparison {
    const own = judge(topology.brokerVersion);
    const findings = judge(target);
    const nameOf = nameWithout([topology.brokerVersion, target]);
    const before = new Set(own.map(nameOf));
    const after = new Set(findings.map(nameOf));
    const isNew = new Set([...after].filter((each) => !before.has(each)));
    const absent = own.filter((each) => !after.has(nameOf(each)));
    const gone = new Set(absent.map(nameOf));
    return {
        findings,
        absent,
        stateOf: (finding) => {
            const name = nameOf(finding);
            return isNew.has(name) ? "new" : gone.has(name) ? "absent" : "unchanged";
        },
    };
}

/** What makes two findings the same, though each sentence names the version that it was judged for. */
function nameWithout(versions: readonly BrokerVersion[]): (finding: Finding) => string {
    return ({ rule, place, message }) =>
        JSON.stringify([
            rule,
            place,
            versions.reduce((text, version) => text.replaceAll(`RabbitMQ ${version}`, "RabbitMQ"), message),
        ]);
}
