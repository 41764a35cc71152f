import { z } from "zod";

/** What the engine would do to a resource; several of its own operations are combined into one. */
export const operations = ["create", "update", "replace", "delete", "same", "other"] as const;

/** What the engine does to a resource. */
export type Operation = (typeof operations)[number];

/** A resource's properties, without secrets. */
export type Properties = Readonly<Record<string, unknown>>;

/** One resource of a preview. */
export interface EngineStep {
    readonly operation: Operation;
    readonly urn: string;
    readonly stack: string;
    /** Such as `rabbitmq:index/queue:Queue`. */
    readonly type: string;
    /** Its name in the program. */
    readonly name: string;
    /** The program's properties at the last update and now; missing where the resource does not exist. */
    readonly before?: Properties;
    readonly after?: Properties;
    /** The properties that differ, such as `settings.type`. */
    readonly paths: readonly string[];
    /**
     * What happens to the resource of `before`: `last` if Pulumi deletes it after everything that it creates, `retained` if Pulumi only forgets
     * it (`retainOnDelete`). @default - it stays, or is deleted before its replacement is created
     */
    readonly deletion?: "last" | "retained";
    /** Whether a refresh found that the real resource differs from the engine's state. Only the event stream shows it. */
    readonly hasDrifted: boolean;
}

export const urnParts = z.string().transform((urn, context) => {
    const [scheme = "", , type, ...name] = urn.split("::");
    if (!scheme.startsWith("urn:pulumi:") || type === undefined || name.length === 0) {
        context.addIssue({ code: "custom", message: "expected a resource's URN" });
        return z.NEVER;
    }
    return {
        urn,
        stack: scheme.slice("urn:pulumi:".length),
        type: type.split("$").at(-1) ?? type,
        name: name.join("::"),
    };
});

/** The engine also reports the parts of a replacement, before or after the replacement itself. */
const operationsByName: Readonly<Record<string, Operation>> = {
    create: "create",
    import: "create",
    update: "update",
    replace: "replace",
    "create-replacement": "replace",
    "delete-replaced": "replace",
    "discard-replaced": "replace",
    "import-replacement": "replace",
    delete: "delete",
    same: "same",
};

export function operationOf(word: string): Operation {
    return operationsByName[word] ?? "other";
}

/** The marks that the engine sets in the state of a resource. */
export const stateMarks = { delete: z.boolean().nullish(), retainOnDelete: z.boolean().nullish() };

/**
 * Whether and how a step deletes the resource of the old state last. The engine marks a resource with `delete` if it creates the replacement
 * first, also if an interrupted run did so.
 */
export function deletionOf(
    word: string,
    old: { readonly delete?: unknown; readonly retainOnDelete?: unknown } | null | undefined,
): Pick<EngineStep, "deletion"> {
    const isLast = word === "delete" || (operationOf(word) === "replace" && old?.delete === true);
    return isLast ? { deletion: old?.retainOnDelete === true ? "retained" : "last" } : {};
}

/** Of several steps of one resource, the one with the highest rank counts. Reads, refreshes and unknown steps change nothing. */
const rank: Readonly<Record<Operation, number>> = {
    other: 0,
    same: 1,
    create: 2,
    update: 2,
    delete: 2,
    replace: 3,
};

/** Merges the steps of each resource into one, with the properties before and after. */
export function mergeSteps(steps: readonly EngineStep[]): readonly EngineStep[] {
    const byUrn = new Map<string, EngineStep>();
    for (const step of steps) {
        const known = byUrn.get(step.urn);
        byUrn.set(step.urn, known === undefined ? step : mergeTwo(known, step));
    }
    return [...byUrn.values()];
}

function mergeTwo(known: EngineStep, step: EngineStep): EngineStep {
    const [main, rest] = rank[step.operation] >= rank[known.operation] ? [step, known] : [known, step];
    const isPart = main.operation === rest.operation;
    // The rest of an interrupted replacement: the engine deletes the original, although it keeps the replacement as it is.
    const isLeftOver = rest.operation === "same" && main.operation === "replace" && main.after === undefined;
    const before = main.before ?? (isPart ? rest.before : undefined);
    const after = main.after ?? (isPart || isLeftOver ? rest.after : undefined);
    const deletion = main.deletion ?? rest.deletion;
    return {
        ...main,
        ...(isLeftOver && { operation: "delete" }),
        ...(deletion !== undefined && { deletion }),
        ...(before !== undefined && { before }),
        ...(after !== undefined && { after }),
        paths: main.paths.length > 0 ? main.paths : isPart ? rest.paths : [],
        hasDrifted: main.hasDrifted || rest.hasDrifted,
    };
}
