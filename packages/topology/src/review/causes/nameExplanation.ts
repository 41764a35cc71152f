import { literalNames } from "../../patterns/policyPattern.ts";
import type { Change, FieldChange } from "../compare/change.ts";
import type { ChangeIndex } from "./changeIndex.ts";

/** The first explanation, if all have one. */
export function onlyExplanation(all: readonly (Change | undefined)[]): Change | undefined {
    return all.length > 0 && all.every((each) => each !== undefined) ? all[0] : undefined;
}

/** The names that a field gains or loses. */
export function namesIn({ before, after }: FieldChange): readonly string[] {
    const [old, now] = [before, after].map((value): readonly string[] =>
        Array.isArray(value)
            ? value.filter((each) => typeof each === "string")
            : typeof value === "string"
              ? (literalNames(value) ?? [value])
              : [],
    );
    return [
        ...(old ?? []).filter((each) => !now?.includes(each)),
        ...(now ?? []).filter((each) => !old?.includes(each)),
    ];
}

/** The change of the first of the named queues and exchanges, if all of them appear, disappear or are replaced. */
export function explainNames(
    names: readonly string[],
    vhost: string,
    index: ChangeIndex,
): Change | undefined {
    return onlyExplanation(
        names.map(
            (name) => index.appearance("queue", vhost, name) ?? index.appearance("exchange", vhost, name),
        ),
    );
}
