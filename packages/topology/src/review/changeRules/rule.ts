import type { Action, ChangedObject, Effect, FieldChange, Reason } from "../compare/change.ts";
import type { Comparison } from "../compare/comparison.ts";
import type { PermissionChange } from "../compare/permissions/permissionChange.ts";
import type { RouteBlame } from "../compare/routes/routeBlame.ts";

/** What the provider does if a field changes. A field that is part of the identity cannot change. */
export interface FieldRule {
    readonly action: "identity" | "replace" | "update";
    readonly reason: Reason;
}

/** A rule for every field of a noun, so that a new field of the model does not compile without a rule. */
export type FieldRules<Noun> = Readonly<Record<keyof Noun, FieldRule>>;

/** A change whose effects are not known yet. */
export interface Draft {
    readonly object: ChangedObject;
    readonly action: Action;
    readonly fields: readonly FieldChange[];
}

/** What a rule may read besides the change itself. */
export interface Context {
    readonly comparison: Comparison;
    readonly routing: RouteBlame;
    readonly permissions: readonly PermissionChange[];
}

/** The rules for changes of one kind of object. */
export interface KindRule {
    /** By the name of the field, up to its first dot. */
    readonly fields: Readonly<Record<string, FieldRule>>;
    /** The reasons for creation and deletion without effects. */
    readonly created: Reason;
    readonly deleted: Reason;
    readonly effects: (draft: Draft, context: Context) => readonly Effect[];
}

/** The provider's schema: it shows which fields force a replacement. */
export const providerSchema =
    "https://github.com/pulumi/pulumi-rabbitmq/blob/v3.3.8/provider/cmd/pulumi-resource-rabbitmq/schema.json";

export function providerResource(name: string): string {
    return `https://github.com/cyrilgdn/terraform-provider-rabbitmq/blob/main/rabbitmq/resource_${name}.go`;
}

export function docs(page: string): string {
    return `https://www.rabbitmq.com/docs/${page}`;
}

export function identityField(kind: string): FieldRule {
    const text = `identifies the ${kind}: another value means another ${kind}`;
    return { action: "identity", reason: { rule: `${kind}.identity`, text, source: providerSchema } };
}

export function replaces(rule: string, text: string, source: string): FieldRule {
    return { action: "replace", reason: { rule, text, source } };
}

export function updates(rule: string, text: string, source: string): FieldRule {
    return { action: "update", reason: { rule, text, source } };
}

/** The field's name up to its first dot: the key of its rule. */
export function topField({ field }: FieldChange): string {
    return field.split(".", 1)[0] ?? field;
}

/** `"type"`, `"type" and "durable"`, in words. */
export function fieldNames(fields: readonly FieldChange[]): string {
    const names = fields.map(({ field }) => `"${field}"`);
    return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}` : (names[0] ?? "");
}
