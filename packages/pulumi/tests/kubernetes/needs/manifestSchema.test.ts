import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import {
    compareWithSchema,
    type ManifestSchema,
    schemaOf,
} from "../../../src/kubernetes/needs/manifestSchema.ts";

const schema: ManifestSchema = {
    required: ["apiVersion", "kind", "metadata", "spec"],
    properties: {
        apiVersion: {},
        kind: {},
        metadata: {},
        spec: {
            required: ["size", "mode"],
            properties: {
                size: {},
                mode: { enum: ["any", "first"], default: "any" },
                list: { items: { required: ["name"], properties: { name: {}, value: {} } } },
                labels: { additionalProperties: {} },
                quotas: { additionalProperties: { properties: { limit: {} } } },
                free: { properties: { known: {} }, "x-kubernetes-preserve-unknown-fields": true },
                anything: {},
            },
        },
    },
};

describe("compareWithSchema", () => {
    it.each<[string, Record<string, unknown>, readonly string[]]>([
        ["nothing if all is known", { size: 1, mode: "first", list: [{ name: "a", value: 1 }] }, []],
        ["an unknown field", { size: 1, other: 2 }, ["unknown spec.other"]],
        [
            "the topmost unknown field alone",
            { size: 1, other: { inner: { last: 1 } } },
            ["unknown spec.other"],
        ],
        [
            "an unknown field of a list once",
            {
                size: 1,
                list: [
                    { name: "a", x: 1 },
                    { name: "b", x: 2 },
                ],
            },
            ["unknown spec.list.x"],
        ],
        ["a field that is required", {}, ["required spec.size"]],
        ["a field that an element of a list requires", { size: 1, list: [{}] }, ["required spec.list.name"]],
        ["a value that is not accepted", { size: 1, mode: "last" }, ['unaccepted spec.mode as "last"']],
        ["no key of a map", { size: 1, labels: { a: "b", "c/d": "e" } }, []],
        [
            "an unknown field in the values of a map",
            { size: 1, quotas: { a: { limit: 1 }, b: { most: 1 } } },
            ["unknown spec.quotas.b.most"],
        ],
        ["no field where unknown ones are kept", { size: 1, free: { unknown: 1 } }, []],
        ["no field of a value without a schema of its own", { size: 1, anything: { deep: [1] } }, []],
        ["no field without a value", { size: 1, other: undefined }, []],
        [
            "all together",
            { other: 1, mode: "last" },
            ["required spec.size", 'unaccepted spec.mode as "last"', "unknown spec.other"],
        ],
    ])("finds %s", (_, spec, expected) => {
        const manifest = { apiVersion: "example.com/v1", kind: "Thing", metadata: { name: "x" }, spec };
        const found = compareWithSchema(schema, manifest).map(
            ({ what, field, value }) =>
                `${what} ${field}${value === undefined ? "" : ` as ${JSON.stringify(value)}`}`,
        );
        expect([...found].sort()).toEqual([...expected].sort());
    });

    it("compares nothing outside what is declared", () => {
        expect(compareWithSchema({}, { metadata: {}, spec: { a: 1 } })).toEqual([]);
        expect(compareWithSchema(schema, undefined)).toEqual([{ field: "spec", what: "required" }]);
    });
});

describe("schemaOf", () => {
    const document = {
        components: {
            schemas: {
                "com.example.v1.Other": { type: "object" },
                "com.example.v1.Thing": {
                    ...schema,
                    "x-kubernetes-group-version-kind": [
                        { group: "example.com", version: "v1", kind: "Thing" },
                    ],
                },
            },
        },
    };

    it("is the schema of the kind in this version", () => {
        expect(schemaOf(document, "example.com/v1", "Thing")?.required).toEqual(schema.required);
        expect(schemaOf(document, "example.com/v2", "Thing")).toBeUndefined();
        expect(schemaOf(document, "example.com/v1", "Other")).toBeUndefined();
        expect(schemaOf("no document", "example.com/v1", "Thing")).toBeUndefined();
    });

    it("reads every part of a large definition", () => {
        const text = readFileSync(
            new URL("../../../../../tests/fixtures/crds/rabbitmq.com_rabbitmqclusters.yaml", import.meta.url),
            "utf8",
        );
        const { spec } = z
            .object({
                spec: z.object({
                    versions: z.array(z.object({ schema: z.object({ openAPIV3Schema: z.looseObject({}) }) })),
                }),
            })
            .parse(parse(text));
        const [version] = spec.versions;
        const name = { group: "rabbitmq.com", version: "v1beta1", kind: "RabbitmqCluster" };
        const published = {
            components: {
                schemas: {
                    cluster: {
                        ...version?.schema.openAPIV3Schema,
                        "x-kubernetes-group-version-kind": [name],
                    },
                },
            },
        };
        const read = schemaOf(published, "rabbitmq.com/v1beta1", "RabbitmqCluster") ?? {};
        const override = {
            statefulSet: { spec: { template: { spec: { containers: [], topologySpread: [] } } } },
        };
        expect(compareWithSchema(read, { spec: { replicas: 3, override } })).toEqual([
            { field: "spec.override.statefulSet.spec.template.spec.topologySpread", what: "unknown" },
        ]);
    });
});
