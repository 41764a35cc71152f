import type { BrokerVersion } from "@spot-messaging/topology";
import {
    accept,
    type Baseline,
    check,
    type Finding,
    inOrder,
    inputFinding,
    noLocation,
    objectFinder,
    renderFinding,
} from "@spot-messaging/topology/check";
import type { ParsedTopology } from "@spot-messaging/topology/definitions";
import { readKeys } from "@spot-messaging/topology/provider";
import { groupLookup, quotedFirst } from "@spot-messaging/topology/text";
import { declaredTopology, type StackResource, type UnknownResource } from "./declaredTopology.ts";

/** Options that the resources do not contain. */
export interface CheckOptions {
    /** @default - the newest known version */
    readonly brokerVersion?: BrokerVersion | undefined;
    /** @default - no accepted findings */
    readonly baseline?: Baseline | undefined;
    readonly stack: string;
    /** Such as `2026-11-24`. */
    readonly today: string;
}

export interface Violation {
    /** Whether the engine must reject the stack. */
    readonly isMandatory: boolean;
    /** The rule id and a sentence: place, problem, way out. */
    readonly message: string;
    /** The resource that causes it. @default - the whole stack */
    readonly urn?: string;
}

/**
 * Runs the checks on a stack's rabbitmq resources, one broker at a time. An error is mandatory, a warning is advisory, a note is not
 * reported. If values are not known yet, it reports them, and all findings are advisory, because those values might resolve them.
 */
export function checkResources(
    resources: readonly StackResource[],
    options: CheckOptions,
): readonly Violation[] {
    const declaring = resources.filter(({ type }) => readKeys(type) !== undefined);
    const ofBroker = groupLookup(declaring, brokerOf);
    return [...new Set(declaring.map(brokerOf))].flatMap((broker) => checkBroker(ofBroker(broker), options));
}

/** Each provider is one broker. */
function brokerOf({ provider }: StackResource): string {
    return provider?.urn ?? "";
}

function checkBroker(resources: readonly StackResource[], options: CheckOptions): readonly Violation[] {
    const {
        parsed,
        unknownResources: undecided,
        ownerOf,
    } = declaredTopology(resources, options.brokerVersion);
    const objectOf = objectFinder(parsed);
    const checked = findingsOf(parsed, options).flatMap(({ finding }): readonly Violation[] => {
        const { rule, severity } = finding;
        const urn = ownerOf(objectOf(finding));
        return severity === "note"
            ? []
            : [
                  {
                      isMandatory: undecided.length === 0 && severity === "error",
                      message: `${rule}: ${renderFinding(finding)}`,
                      ...(urn !== undefined && { urn }),
                  },
              ];
    });
    return [...checked, ...unknownValueViolations(undecided)];
}

/** Reported once, because a provider that cannot be queried can affect every resource. */
function unknownValueViolations(undecided: readonly UnknownResource[]): readonly Violation[] {
    const [first, ...more] = undecided;
    if (first === undefined) {
        return [];
    }
    const { resource, unknown } = first;
    const others = more.length === 0 ? "" : ` (also in ${more.length} more resources)`;
    const verb = unknown.length === 1 ? "is" : "are";
    return [
        {
            isMandatory: false,
            message: `unknownValue: resource "${resource.name}": ${quotedFirst(unknown)} ${verb} known only after the update${others} and cannot be checked; all other findings are advisory; use a plain value, or check again after the update`,
            urn: resource.urn,
        },
    ];
}

/** Unreadable definitions prevent all checks, because the checks would run without the unreadable part. */
function findingsOf(
    parsed: ParsedTopology,
    { baseline, stack, today }: CheckOptions,
): readonly { readonly finding: Finding }[] {
    const problems = parsed.problems.map(inputFinding);
    const isReadable = problems.every(({ rule }) => rule !== "unreadable");
    const found = inOrder([...problems, ...(isReadable ? check(parsed.topology) : [])]);
    // The stack contains less than the program: an accepted finding that does not occur here may occur there.
    return accept(found, baseline, { stack, today, whole: false }, noLocation);
}
