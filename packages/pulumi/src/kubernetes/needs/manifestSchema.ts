import { z } from "zod";

/** A schema of OpenAPI 3 as the API server publishes it for a custom resource. */
export interface ManifestSchema {
    readonly properties?: Readonly<Record<string, ManifestSchema>> | undefined;
    readonly items?: ManifestSchema | undefined;
    readonly additionalProperties?: ManifestSchema | boolean | undefined;
    readonly required?: readonly string[] | undefined;
    readonly enum?: readonly unknown[] | undefined;
    readonly default?: unknown;
    readonly "x-kubernetes-preserve-unknown-fields"?: boolean | undefined;
}

/** How a manifest and a schema differ. */
export interface SchemaDifference {
    /** `spec.triggers.metadata`; places in lists are left out. */
    readonly field: string;
    /** The server drops an unknown field silently; it refuses the other two. */
    readonly what: "unknown" | "required" | "unaccepted";
    /** An unaccepted value. */
    readonly value?: unknown;
}

const schema: z.ZodType<ManifestSchema> = z.lazy(() =>
    z.object({
        properties: z.record(z.string(), schema).optional(),
        items: schema.optional(),
        additionalProperties: z.union([z.boolean(), schema]).optional(),
        required: z.array(z.string()).optional(),
        enum: z.array(z.unknown()).optional(),
        default: z.unknown().optional(),
        "x-kubernetes-preserve-unknown-fields": z.boolean().optional(),
    }),
);

const schemaDocument = z.object({
    components: z.object({
        schemas: z.record(
            z.string(),
            z.looseObject({
                "x-kubernetes-group-version-kind": z
                    .array(z.object({ group: z.string(), version: z.string(), kind: z.string() }))
                    .optional(),
            }),
        ),
    }),
});

/**
 * The schema of a kind in a document of `/openapi/v3/apis/GROUP/VERSION`; `undefined` if the document does not have it.
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
 */
export function schemaOf(document: unknown, apiVersion: string, kind: string): ManifestSchema | undefined {
    const { components } = schemaDocument.safeParse(document).data ?? { components: { schemas: {} } };
    const found = Object.values(components.schemas).find((each) =>
        each["x-kubernetes-group-version-kind"]?.some(
            (one) => one.kind === kind && `${one.group}/${one.version}` === apiVersion,
        ),
    );
    return found === undefined ? undefined : schema.safeParse(found).data;
}

/** Every kind of object has these fields; their schemas are references to others. */
const commonFields: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);

/** The fields of a manifest that its kind's schema does not have, lacks, or accepts only with another value; each once. */
export function compareWithSchema(schema: ManifestSchema, manifest: unknown): readonly SchemaDifference[] {
    const differences = new Map<string, SchemaDifference>();
    const own = Object.entries(isTable(manifest) ? manifest : {}).filter(([key]) => !commonFields.has(key));
    for (const each of differencesOf(schema, Object.fromEntries(own), "")) {
        differences.set(`${each.what} ${each.field} ${JSON.stringify(each.value)}`, each);
    }
    return [...differences.values()];
}

function differencesOf(schema: ManifestSchema, value: unknown, field: string): readonly SchemaDifference[] {
    if (schema.enum !== undefined && !schema.enum.includes(value)) {
        return [{ field, what: "unaccepted", value }];
    }
    const { items } = schema;
    if (Array.isArray(value)) {
        return items === undefined ? [] : value.flatMap((each) => differencesOf(items, each, field));
    }
    return isTable(value) ? fieldDifferences(schema, value, field) : [];
}

function fieldDifferences(
    { properties = {}, additionalProperties, required = [], ...schema }: ManifestSchema,
    table: Readonly<Record<string, unknown>>,
    field: string,
): readonly SchemaDifference[] {
    const place = (key: string): string => (field === "" ? key : `${field}.${key}`);
    const present = Object.entries(table).filter(([, each]) => each !== undefined);
    const isOpen =
        schema["x-kubernetes-preserve-unknown-fields"] === true ||
        additionalProperties === true ||
        // A schema without any field does not describe them.
        (Object.keys(properties).length === 0 && additionalProperties === undefined);
    return [
        ...required
            .filter((key) => table[key] === undefined && properties[key]?.default === undefined)
            .filter((key) => field !== "" || !commonFields.has(key))
            .map((key) => ({ field: place(key), what: "required" as const })),
        ...present.flatMap(([key, each]) => {
            const inner =
                properties[key] ??
                (typeof additionalProperties === "object" ? additionalProperties : undefined);
            return inner !== undefined
                ? differencesOf(inner, each, place(key))
                : isOpen
                  ? []
                  : [{ field: place(key), what: "unknown" as const }];
        }),
    ];
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
