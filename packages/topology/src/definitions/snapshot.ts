import { z } from "zod";
import { emptyTopology } from "../model/emptyTopology.ts";
import { type Topology } from "../model/index.ts";
import { isSecretName, redacted, redactValue } from "../text/redaction.ts";
import { shown } from "../text/shown.ts";
import { type Component, componentSchema } from "./component.ts";
import { inputProblems } from "./inputProblem.ts";
import type { JsonDocument, JsonPath } from "./jsonDocument.ts";
import { isObject, placeAt } from "./objectReader.ts";
import { origins } from "./origins.ts";
import type { ParsedTopology } from "./parsedTopology.ts";
import { withVhosts } from "./snapshotVhosts.ts";
import { topologySchema } from "./topologySchema.ts";

/** A topology as it is committed, with services and purposes, which a broker does not store. */
export interface Snapshot {
    /** Increased when a reader of the old format would misread the new one. */
    readonly format: 1;
    readonly stack: string;
    /** The component that declares the topology, for the logical names of its objects. @default - unknown */
    readonly component?: Component;
    readonly topology: Topology;
}

const schema: z.ZodType<Snapshot> = z.strictObject({
    format: z.literal(1),
    stack: z.string(),
    component: componentSchema.exactOptional(),
    topology: topologySchema,
});

/** Whether a document is a snapshot and not exported definitions. */
export function isSnapshot({ value }: JsonDocument): boolean {
    return isObject(value) && ("topology" in value || "format" in value) && !("rabbit_version" in value);
}

/** The canonical text of a snapshot: equal topologies have equal texts. Lists keep their order, because they are already sorted by identity. */
export function renderSnapshot(stack: string, topology: Topology, component?: Component): string {
    const snapshot: Snapshot = {
        format: 1,
        stack,
        ...(component !== undefined && { component }),
        topology,
    };
    return `${JSON.stringify(withSortedKeys(snapshot), undefined, 4)}\n`;
}

function withSortedKeys(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map((each) => withSortedKeys(each));
    }
    return isObject(value)
        ? Object.fromEntries(
              Object.keys(value)
                  .sort()
                  .map((key) => [key, withSortedKeys(value[key])]),
          )
        : value;
}

/** Reads a snapshot. If there are problems of the rule "unreadable", the topology is empty and must not be checked. */
export function parseSnapshot(document: JsonDocument): ParsedTopology {
    const problems = inputProblems();
    const found = origins();
    const parsed = schema.safeParse(withVhosts(document.value), { reportInput: true });
    if (!parsed.success) {
        for (const { path, message, input } of parsed.error.issues) {
            const keys = path.filter((each) => typeof each !== "symbol");
            problems.add({
                rule: "unreadable",
                place: placeAt(keys.slice(0, 3), nameAt(document.value, keys)) || "snapshot",
                message: `"${keys.slice(3).join(".") || keys.join(".") || "it"}" is ${input === undefined ? "missing" : shownWithoutSecret(keys.at(-1), input)}`,
                fix: `expected a value as in snapshot format 1 (${message})`,
                path: keys,
            });
        }
        return { topology: emptyTopology("4.3"), problems: problems.all(), origins: found };
    }
    const { topology } = parsed.data;
    for (const [list, items] of Object.entries(topology)) {
        for (const [index, item] of Array.isArray(items) ? items.entries() : []) {
            found.add(list, item, ["topology", list, index]);
        }
    }
    return { topology, problems: [], origins: found };
}

/** The value in a message, without secrets that its key or its form reveals. */
function shownWithoutSecret(key: string | number | undefined, input: unknown): string {
    return isSecretName(String(key)) ? redacted : shown(redactValue(input));
}

/** The name of the object that contains a path. */
function nameAt(value: unknown, [topology = "", list = "", index = -1]: JsonPath): unknown {
    const lists = isObject(value) ? value[topology] : undefined;
    const items = isObject(lists) ? lists[list] : undefined;
    const item: unknown = Array.isArray(items) ? items[Number(index)] : undefined;
    return isObject(item) ? item["name"] : undefined;
}
