import type { Action, ChangedObject, Effect, FieldChange, Reason } from "../compare/change.ts";
import type { Comparison } from "../compare/comparison.ts";
import type { RightsChange } from "../compare/rights/rightsChange.ts";
import type { RouteBlame } from "../compare/routes/routeBlame.ts";

/** What a changed field makes the provider do; a field that is part of an identity cannot differ. */
export interface FieldRule {
    readonly action: "identity" | "replace" | "update";
    readonly reason: Reason;
}

/** A rule for every field of a noun: a field that the model gains does not compile until it has one. */
export type FieldRules<Noun> = Readonly<Record<keyof Noun, FieldRule>>;

/** A change before it is judged. */
export interface Draft {
    readonly object: ChangedObject;
    readonly action: Action;
    readonly fields: readonly FieldChange[];
}

/** What a rule may ask beyond the change itself. */
export interface Context {
    readonly comparison: Comparison;
    readonly routing: RouteBlame;
    readonly rights: readonly RightsChange[];
}

/** How changes of one kind of object are judged. */
export interface KindRule {
    /** By the name of the field, up to its first dot. */
    readonly fields: Readonly<Record<string, FieldRule>>;
    /** What creation and deletion do where no effect says more. */
    readonly created: Reason;
    readonly deleted: Reason;
    readonly effects: (draft: Draft, context: Context) => readonly Effect[];
}

/** Where the provider's rules are written: which fields it can only replace, and how it deletes. */
export const providerSchema =
    "https://github.com/pulumi/pulumi-rabbitmq/blob/v3.3.8/provider/cmd/pulumi-resource-rabbitmq/schema.json";

export function providerResource(name: string): string {
    return `https://github.com/cyrilgdn/terraform-provider-rabbitmq/blob/main/rabbitmq/resource_${name}.go`;
}

export function docs(page: string): string {
    return `https://www.rabbitmq.com/docs/${page}`;
}

export function identityField(kind: string): FieldRule {
    const text = `is what a ${kind} is known by: another one is another ${kind}`;
    return { action: "identity", reason: { rule: `${kind}.identity`, text, source: providerSchema } };
}

export function replaces(rule: string, text: string, source: string): FieldRule {
    return { action: "replace", reason: { rule, text, source } };
}

export function updates(rule: string, text: string, source: string): FieldRule {
    return { action: "update", reason: { rule, text, source } };
}

/** The field's name up to its first dot, by which rules know it. */
export function topField({ field }: FieldChange): string {
    return field.split(".", 1)[0] ?? field;
}

/** `"type"`, `"type" and "durable"`, in words. */
export function fieldNames(fields: readonly FieldChange[]): string {
    const names = fields.map(({ field }) => `"${field}"`);
    return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}` : (names[0] ?? "");
}
