import type { JsonPath } from "./jsonDocument.ts";

/** The description of a kind of input problem. */
export interface InputRule {
    readonly id: string;
    readonly severity: "error" | "warning" | "note";
    /** The consequence. */
    readonly reason: string;
    readonly fix: string;
}

function rule(id: string, severity: InputRule["severity"], reason: string, fix: string): InputRule {
    return { id, severity, reason, fix };
}

/** The rules about input files: content that a topology cannot represent, or that the broker reads in an unexpected way. */
export const inputRules = {
    unreadable: rule(
        "unreadable",
        "error",
        "A field has a type that no broker exports, so the object cannot be checked.",
        "Export the definitions again, or correct the field.",
    ),
    floatValue: rule(
        "floatValue",
        "error",
        "A whole number is written like 60000.0. The broker reads it as a floating-point number and refuses it.",
        "Write the number without decimal point and exponent.",
    ),
    repeatedKey: rule(
        "repeatedKey",
        "warning",
        "A key occurs twice in one object. The last one is used; the others are lost silently.",
        "Keep one of them.",
    ),
    repeatedObject: rule(
        "repeatedObject",
        "error",
        "An object occurs twice. Only one of them is checked, the last of policies and parameters, otherwise the first; the broker can keep another one.",
        "Keep one of them.",
    ),
    contradictoryType: rule(
        "contradictoryType",
        "error",
        "A queue has two types, and which one the broker uses depends on its version; or an exchange has another type than the broker gives it.",
        "Keep one of them.",
    ),
    unknownType: rule(
        "unknownType",
        "warning",
        "The file has a type that the checks do not know, so they check its objects as the most similar known type.",
        "Review these objects manually.",
    ),
    assumedValue: rule(
        "assumedValue",
        "note",
        "The file lacks a value that the broker would fill in, so the checks assume the most likely value.",
        "Set the value in the file or on the command line.",
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
    plainTextPassword: rule(
        "plainTextPassword",
        "warning",
        "The file contains a password in plain text. Each reader of the file can use it.",
        "Give a hash of the password, or keep the file like a password.",
    ),
    knownPassword: rule(
        "knownPassword",
        "warning",
        "A password is the name of its user or a frequent one, which attackers try first.",
        "Change the password.",
    ),
    unusablePasswordHash: rule(
        "unusablePasswordHash",
        "warning",
        "The broker imports a password hash of a wrong length, but no password fits: the user cannot log in.",
        "Create the hash again: rabbitmqctl hash_password.",
    ),
    uncheckedContent: rule(
        "uncheckedContent",
        "note",
        "The file has content that no rule checks.",
        "Review it manually.",
    ),
} as const satisfies Readonly<Record<string, InputRule>>;

/** The ids of the rules about documents, as SARIF and `topology check` show them. */
export type InputRuleId = keyof typeof inputRules;

/** A problem of an input: a finding with its path in the document. */
export interface InputProblem {
    readonly rule: InputRuleId;
    readonly severity: InputRule["severity"];
    /** `queues[3] "orders"`. */
    readonly place: string;
    readonly message: string;
    readonly fix: string;
    readonly path: JsonPath;
}

/** Collects problems while an input is read, so that all of them are reported together. */
export interface InputProblems {
    readonly all: () => readonly InputProblem[];
    readonly add: (
        problem: Omit<InputProblem, "severity"> & { readonly severity?: InputRule["severity"] },
    ) => void;
    /** Adds a problem that can have the same message for many objects: it is reported once, for the first object, with the number of objects. */
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
