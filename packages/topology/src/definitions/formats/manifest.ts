import { decodeBase64 } from "../../text/base64.ts";
import type { JsonPath } from "../jsonDocument.ts";
import { isObject, type JsonObject } from "../objectReader.ts";

/** An entry of a Secret or a ConfigMap. */
export interface ManifestEntry {
    /** `stringData "definitions.json" of Secret "rabbitmq"`. */
    readonly place: string;
    readonly path: JsonPath;
    /** Its text; the bytes of Base64; `undefined` if it is not Base64. */
    readonly content: string | Uint8Array | undefined;
}

const textFields: Readonly<Record<string, readonly string[]>> = {
    ConfigMap: ["data"],
    Secret: ["stringData"],
};
const base64Fields: Readonly<Record<string, readonly string[]>> = {
    ConfigMap: ["binaryData"],
    Secret: ["data"],
};

/** The entries of a Secret, a ConfigMap, a List of them, or of the Secrets in a chart's values; empty for any other value. */
export function manifestEntries(value: unknown, path: JsonPath = []): readonly ManifestEntry[] {
    if (!isObject(value)) {
        return [];
    }
    if (typeof value["apiVersion"] !== "string" || typeof value["kind"] !== "string") {
        return chartEntries(value, path);
    }
    const { kind, items } = value;
    if (/List$/.test(kind) && Array.isArray(items)) {
        return items.flatMap((each, index) => manifestEntries(each, [...path, "items", index]));
    }
    return [
        ...entriesOf(value, kind, textFields[kind] ?? [], path, (text) => text),
        ...entriesOf(value, kind, base64Fields[kind] ?? [], path, decodeBase64),
    ];
}

function entriesOf(
    manifest: JsonObject,
    kind: string,
    fields: readonly string[],
    path: JsonPath,
    decode: (text: string) => ManifestEntry["content"],
): readonly ManifestEntry[] {
    const { metadata } = manifest;
    const name = isObject(metadata) && typeof metadata["name"] === "string" ? ` "${metadata["name"]}"` : "";
    return fields.flatMap((field) => {
        const table = manifest[field];
        return Object.entries(isObject(table) ? table : {}).flatMap(([key, text]) =>
            typeof text === "string"
                ? [
                      {
                          place: `${field} "${key}" of ${kind}${name}`,
                          path: [...path, field, key],
                          content: decode(text),
                      },
                  ]
                : [],
        );
    });
}

/** The Secrets that a chart creates from its values; an outer chart has the values of an inner one under its name. */
function chartEntries(values: JsonObject, path: JsonPath): readonly ManifestEntry[] {
    const { extraSecrets } = values;
    if (isObject(extraSecrets)) {
        return Object.entries(extraSecrets).flatMap(([secret, entries]) =>
            Object.entries(isObject(entries) ? entries : {}).flatMap(([key, content]) =>
                typeof content === "string"
                    ? [
                          {
                              place: `"${key}" of extraSecrets "${secret}"`,
                              path: [...path, "extraSecrets", secret, key],
                              content,
                          },
                      ]
                    : [],
            ),
        );
    }
    return path.length > 0
        ? []
        : Object.entries(values).flatMap(([chart, inner]) =>
              isObject(inner) ? chartEntries(inner, [chart]) : [],
          );
}
