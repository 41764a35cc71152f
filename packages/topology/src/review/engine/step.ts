import { z } from "zod";

/** What the engine would do to a resource; several of its own words that mean one thing are one. */
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
    /** What the program gave it, when it was last applied and now; a side on which it does not exist is missing. */
    readonly before?: Properties;
    readonly after?: Properties;
    /** The properties that differ, such as `settings.type`. */
    readonly paths: readonly string[];
    /** Whether a look at the real resource found another one than the engine remembers; only the event stream says so. */
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

/** The parts of a replacement are told one by one, before or after the whole. */
const words: Readonly<Record<string, Operation>> = {
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
    return words[word] ?? "other";
}

/** Reads, refreshes and what a later engine may do beside them say nothing of what is applied; any other word of a resource counts more. */
const rank: Readonly<Record<Operation, number>> = {
    other: 0,
    same: 1,
    create: 2,
    update: 2,
    delete: 2,
    replace: 3,
};

/** One step a resource: what the engine does in the end, with both of its sides. */
export function mergedSteps(steps: readonly EngineStep[]): readonly EngineStep[] {
    const byUrn = new Map<string, EngineStep>();
    for (const step of steps) {
        const known = byUrn.get(step.urn);
        byUrn.set(step.urn, known === undefined ? step : merged(known, step));
    }
    return [...byUrn.values()];
}

function merged(known: EngineStep, step: EngineStep): EngineStep {
    const [main, rest] = rank[step.operation] >= rank[known.operation] ? [step, known] : [known, step];
    const isPart = main.operation === rest.operation;
    const before = main.before ?? (isPart ? rest.before : undefined);
    const after = main.after ?? (isPart ? rest.after : undefined);
    return {
        ...main,
        ...(before !== undefined && { before }),
        ...(after !== undefined && { after }),
        paths: main.paths.length > 0 ? main.paths : isPart ? rest.paths : [],
        hasDrifted: main.hasDrifted || rest.hasDrifted,
    };
}
