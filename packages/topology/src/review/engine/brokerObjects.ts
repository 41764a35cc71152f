import { z } from "zod";
import type { Action, ChangedObject } from "../compare/change.ts";
import { bindingObject, topicPermissionObject } from "../compare/comparedObject.ts";
import type { EngineStep, Operation, Properties } from "./step.ts";

/** What the engine would do to one object of the broker. */
export interface EngineObject {
    readonly object: ChangedObject;
    readonly operation: Operation;
    readonly step: EngineStep;
    /** Whether the step's resource declared the object at the last update, and declares it now. */
    readonly isBefore: boolean;
    readonly isAfter: boolean;
}

const named = z.object({ name: z.string() });
const inVhost = z.object({ vhost: z.string(), name: z.string() });
const table = z.record(z.string(), z.json());
const bound = z.object({
    vhost: z.string(),
    source: z.string(),
    destination: z.string(),
    destinationType: z.enum(["queue", "exchange"]),
    routingKey: z.string().default(""),
    arguments: table.optional(),
    argumentsJson: z
        .string()
        .transform((text) => table.parse(JSON.parse(text)))
        .optional(),
});
const allowed = z.object({ vhost: z.string(), user: z.string() });
const topics = allowed.extend({
    permissions: z.array(z.object({ exchange: z.string(), write: z.string(), read: z.string() })),
});

/** The broker objects that a resource's properties declare, each with a text that changes with its content. */
type Objects = (properties: Properties) => readonly (readonly [ChangedObject, string])[];

function single<S extends z.ZodType>(schema: S, objectOf: (value: z.infer<S>) => ChangedObject): Objects {
    return (properties) => {
        const { data, success } = schema.safeParse(properties);
        return success ? [[objectOf(data), ""]] : [];
    };
}

const anywhere = (kind: ChangedObject["kind"]): Objects =>
    single(named, ({ name }) => ({ kind, vhost: "", name }));
const inAVhost = (kind: ChangedObject["kind"]): Objects =>
    single(inVhost, ({ vhost, name }) => ({ kind, vhost, name }));

const readers: Readonly<Record<string, Objects>> = {
    "rabbitmq:index/vHost:VHost": anywhere("vhost"),
    "rabbitmq:index/exchange:Exchange": inAVhost("exchange"),
    "rabbitmq:index/queue:Queue": inAVhost("queue"),
    "rabbitmq:index/binding:Binding": single(bound, ({ arguments: args, argumentsJson, ...rest }) =>
        bindingObject({ ...rest, arguments: argumentsJson ?? args ?? {} }),
    ),
    "rabbitmq:index/policy:Policy": inAVhost("policy"),
    "rabbitmq:index/operatorPolicy:OperatorPolicy": inAVhost("operator policy"),
    "rabbitmq:index/user:User": anywhere("user"),
    "rabbitmq:index/permissions:Permissions": single(allowed, ({ vhost, user }) => ({
        kind: "permission",
        vhost,
        name: user,
    })),
    // One resource holds the topic permissions of a user for all exchanges.
    "rabbitmq:index/topicPermissions:TopicPermissions": (properties) => {
        const { data } = topics.safeParse(properties);
        return (data?.permissions ?? []).map(({ exchange, write, read }) => [
            topicPermissionObject({
                vhost: data?.vhost ?? "",
                user: data?.user ?? "",
                exchange,
                write,
                read,
            }),
            JSON.stringify([write, read]),
        ]);
    },
};

export function isBrokerType(type: string): boolean {
    return type.startsWith("rabbitmq:");
}

/** The broker objects that a step changes. Empty for a type that declares none, and for a name that is unknown before the update. */
export function brokerObjects(step: EngineStep): readonly EngineObject[] {
    const read = readers[step.type];
    if (read === undefined) {
        return [];
    }
    const { operation } = step;
    const [objectsBefore, objectsAfter] = [step.before, step.after].map((side) =>
        side === undefined ? [] : read(side),
    );
    const ids = new Map(
        [...(objectsBefore ?? []), ...(objectsAfter ?? [])].map(([object]) => [
            JSON.stringify(object),
            object,
        ]),
    );
    return [...ids].map(([id, object]) => {
        const [old, now] = [objectsBefore, objectsAfter].map(
            (side) => side?.find(([each]) => JSON.stringify(each) === id)?.[1],
        );
        const isOne = (objectsBefore ?? []).length <= 1 && (objectsAfter ?? []).length <= 1 && ids.size === 1;
        return {
            object,
            step,
            operation: isOne ? operation : partOf(operation, old, now),
            isBefore: old !== undefined,
            isAfter: now !== undefined && operation !== "other",
        };
    });
}

/** What happens to one of several objects of a resource: to an entry of a list, or to a binding that becomes another binding. */
function partOf(operation: Operation, old: string | undefined, now: string | undefined): Operation {
    if (operation !== "update" && operation !== "replace") {
        return operation;
    }
    if (old === undefined || now === undefined) {
        return old === undefined ? "create" : "delete";
    }
    return operation === "replace" ? operation : old === now ? "same" : "update";
}

/** The review's action for an operation. */
export function actionOf(operation: Operation): Action | undefined {
    return operation === "same" || operation === "other" ? undefined : operation;
}
