import type { Change, ChangedObject, FieldChange } from "../compare/change.ts";
import { fieldPath } from "../compare/comparedObject.ts";
import type { ChangeIndex } from "./changeIndex.ts";
import { explainNames, namesIn, onlyExplanation } from "./nameExplanation.ts";

/** A service changes because an object that it uses does. Its settings follow from the rest. */
export function explainService(change: Change, index: ChangeIndex): Change | undefined {
    if (change.action !== "update") {
        return undefined;
    }
    const entries = new Map<string, FieldChange[]>();
    for (const each of change.fields) {
        const [list = "", message = ""] = fieldPath(each.field);
        const key = ["publishes", "calls", "consumes"].includes(list) ? `${list} ${message}` : list;
        entries.set(key, [...(entries.get(key) ?? []), each]);
    }
    const found = [...entries].map(([key, fields]) => ({
        // The time for a message follows from the same value as the consumer timeout of its queue.
        isFollowing:
            key === "workload" || fields.every(({ field }) => fieldPath(field).at(-1) === "jobLimit"),
        explanation: explainUse(key, fields, change.object, index),
    }));
    const explained = found.filter(
        ({ isFollowing, explanation }) => !isFollowing || explanation !== undefined,
    );
    return onlyExplanation(explained.map(({ explanation }) => explanation));
}

function explainUse(
    use: string,
    fields: readonly FieldChange[],
    service: ChangedObject,
    index: ChangeIndex,
): Change | undefined {
    const { vhost } = service;
    const [list] = use.split(" ");
    const values = (property: string): readonly string[] =>
        fields
            .filter(({ field }) => fieldPath(field).at(-1) === property)
            .flatMap(({ before, after }) => [before, after])
            .filter((each) => typeof each === "string");
    switch (list) {
        case "inspects":
            return onlyExplanation(fields.map((each) => explainNames(namesIn(each), vhost, index)));
        case "consumes":
            return (
                values("queue")
                    .map((name) => index.appearance("queue", vhost, name))
                    .find((each) => each !== undefined) ?? explainJobLimit(use, fields, service, index)
            );
        case "publishes":
        case "calls":
            return (
                values("exchange")
                    .map((name) => index.appearance("exchange", vhost, name))
                    .find((each) => each !== undefined) ??
                values("exchange")
                    .flatMap((exchange) =>
                        values("routingKey").flatMap((key) => index.bindingsOf(vhost, exchange, key)),
                    )
                    .at(0)
            );
        case undefined:
        default:
            return undefined;
    }
}

/** The time for one message changes together with the consumer timeout of the queue. */
function explainJobLimit(
    use: string,
    fields: readonly FieldChange[],
    { vhost, name }: ChangedObject,
    index: ChangeIndex,
): Change | undefined {
    if (!fields.every(({ field }) => fieldPath(field).at(-1) === "jobLimit")) {
        return undefined;
    }
    const message = use.split(" ").slice(1).join(" ");
    return index.comparison.after.topology.services
        .filter((each) => each.vhost === vhost && each.name === name)
        .flatMap(({ consumes }) => consumes.filter((each) => each.message === message))
        .flatMap(({ queue }) => index.policiesOf({ kind: "queue", vhost, name: queue }))
        .map(index.changeOf)
        .find((each) => each?.fields.some(({ field }) => field === "definition.consumer-timeout"));
}
