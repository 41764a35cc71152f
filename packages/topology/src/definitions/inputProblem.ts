import type { JsonPath } from "./jsonDocument.ts";

/** What is said of every problem of a kind. */
export interface InputRule {
    readonly id: string;
    readonly severity: "error" | "warning" | "note";
    /** What it means to the person who reads the findings. */
    readonly reason: string;
    readonly fix: string;
}

function rule(id: string, severity: InputRule["severity"], reason: string, fix: string): InputRule {
    return { id, severity, reason, fix };
}

/** What a file can say that a topology cannot, or that the broker would read otherwise than a person. */
export const inputRules = {
    unreadable: rule(
        "unreadable",
        "error",
        "A field has a type that no broker writes, so nothing can be said about the object.",
        "Export the definitions again, or correct the field.",
    ),
    floatValue: rule(
        "floatValue",
        "error",
        "A whole number is written like 60000.0, which the broker takes for a floating-point number and refuses.",
        "Write the number without point and exponent.",
    ),
    repeatedKey: rule(
        "repeatedKey",
        "warning",
        "A key stands twice in one object; the last one counts, the others are lost silently.",
        "Keep one of them.",
    ),
    repeatedObject: rule(
        "repeatedObject",
        "error",
        "An object stands twice; only the first is judged, and the broker refuses the second or overwrites the first.",
        "Keep one of them.",
    ),
    contradictoryType: rule(
        "contradictoryType",
        "error",
        "A queue names two types, and which one a broker takes depends on its version.",
        "Keep one of them.",
    ),
    judgedOtherwise: rule(
        "judgedOtherwise",
        "warning",
        "The file has a type that the checks do not know, so its objects are judged as the nearest that they know.",
        "Look at these objects yourself.",
    ),
    guessed: rule(
        "guessed",
        "note",
        "The file leaves something out that the broker fills in; the most likely value was taken.",
        "Name the value in the file, or on the command line.",
    ),
    refusedImport: rule(
        "refusedImport",
        "error",
        "The broker refuses to import the file. It stops at the first error and keeps what it imported before.",
        "Correct the field, or remove the object.",
    ),
    skippedByImport: rule(
        "skippedByImport",
        "error",
        "The broker reports that the import succeeded, but does not create the object.",
        "Correct the field, or remove the object.",
    ),
    conditionalImport: rule(
        "conditionalImport",
        "note",
        "Whether the broker imports the file depends on what it has before: a plugin, a user, a virtual host.",
        "Make sure that the broker has it before the import.",
    ),
    leftOut: rule(
        "leftOut",
        "note",
        "The file has something that no rule looks at, so it is not judged.",
        "Look at it yourself.",
    ),
} as const satisfies Readonly<Record<string, InputRule>>;

/** The ids of the rules about documents, as SARIF and `topology check` show them. */
export type InputRuleId = keyof typeof inputRules;

/** Something about an input that its reader must know; a finding that also knows its place in the file. */
export interface InputProblem {
    readonly rule: InputRuleId;
    readonly severity: InputRule["severity"];
    /** `queues[3] "orders"`. */
    readonly place: string;
    readonly message: string;
    readonly fix: string;
    readonly path: JsonPath;
}

/** Collects problems while an input is read, so that a person hears of all of them at once. */
export interface InputProblems {
    readonly all: () => readonly InputProblem[];
    readonly add: (
        problem: Omit<InputProblem, "severity"> & { readonly severity?: InputRule["severity"] },
    ) => void;
    /** Counts what would be said of many objects in the same words, and says it once; `place` is the first one's. */
    readonly count: (problem: Omit<InputProblem, "severity">) => void;
}

export function inputProblems(): InputProblems {
    const problems: InputProblem[] = [];
    const counted = new Map<string, { first: InputProblem; times: number }>();
    return {
        all: () => [
            ...problems,
            ...[...counted.values()].map(({ first, times }) =>
                times === 1
                    ? first
                    : { ...first, message: `${first.message} (the first of ${times} objects)` },
            ),
        ],
        add: (problem) => {
            problems.push({ severity: inputRules[problem.rule].severity, ...problem });
        },
        count: (problem) => {
            const key = JSON.stringify([problem.rule, problem.path[0], problem.message]);
            const known = counted.get(key);
            if (known === undefined) {
                counted.set(key, {
                    first: { severity: inputRules[problem.rule].severity, ...problem },
                    times: 1,
                });
            } else {
                known.times++;
            }
        },
    };
}
