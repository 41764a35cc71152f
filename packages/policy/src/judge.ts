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
import { declaredTopology, type JudgedResource, type UndecidedResource } from "./declaredTopology.ts";

/** What the resources alone do not say. */
export interface JudgeOptions {
    /** @default - the newest that is known */
    readonly brokerVersion?: BrokerVersion | undefined;
    /** @default - nothing is accepted */
    readonly baseline?: Baseline | undefined;
    readonly stack: string;
    /** Such as `2026-11-24`. */
    readonly today: string;
}

export interface Violation {
    /** Whether the engine must refuse the stack. */
    readonly isMandatory: boolean;
    /** The rule, and a sentence: place, what is wrong, way out. */
    readonly message: string;
    /** The resource that it is about. @default - the whole stack */
    readonly urn?: string;
}

/**
 * Judges what a stack's rabbitmq resources declare, broker by broker, by the checks of src/checks. An error is mandatory, a warning is
 * advice, a note is not said. Where values are not known yet, that is said, and everything else is advice: what is not known might mend it.
 */
export function judge(resources: readonly JudgedResource[], options: JudgeOptions): readonly Violation[] {
    const declaring = resources.filter(({ type }) => readKeys(type) !== undefined);
    const ofBroker = groupLookup(declaring, brokerOf);
    return [...new Set(declaring.map(brokerOf))].flatMap((broker) => judgeBroker(ofBroker(broker), options));
}

/** One provider is one broker. */
function brokerOf({ provider }: JudgedResource): string {
    return provider?.urn ?? "";
}

function judgeBroker(resources: readonly JudgedResource[], options: JudgeOptions): readonly Violation[] {
    const { parsed, undecided, ownerOf } = declaredTopology(resources, options.brokerVersion);
    const objectOf = objectFinder(parsed);
    const judged = findingsOf(parsed, options).flatMap(({ finding }): readonly Violation[] => {
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
    return [...judged, ...undecidedViolations(undecided)];
}

/** Said once: where a provider could not be asked, it may be about every resource. */
function undecidedViolations(undecided: readonly UndecidedResource[]): readonly Violation[] {
    const [first, ...more] = undecided;
    if (first === undefined) {
        return [];
    }
    const { resource, unknown } = first;
    const others = more.length === 0 ? "" : ` (and of ${more.length} more resources)`;
    return [
        {
            isMandatory: false,
            message: `unknownValue: resource "${resource.name}": ${quotedFirst(unknown)} cannot be known before it is applied${others}, so it is not judged, and nothing else is refused; give a plain value, or judge again when it is applied`,
            urn: resource.urn,
        },
    ];
}

/** What cannot be read keeps everything else from being judged, as it would be judged without that. */
function findingsOf(
    parsed: ParsedTopology,
    { baseline, stack, today }: JudgeOptions,
): readonly { readonly finding: Finding }[] {
    const problems = parsed.problems.map(inputFinding);
    const isReadable = problems.every(({ rule }) => rule !== "unreadable");
    const found = inOrder([...problems, ...(isReadable ? check(parsed.topology) : [])]);
    // The stack has less to say than the program: an entry without a finding here may have one there.
    return accept(found, baseline, { stack, today, whole: false }, noLocation);
}
