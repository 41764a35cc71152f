import type { ConfigReader } from "./configReader.js";

/** Whether a text can name a namespace. */
export function isNamespace(text: string): boolean {
    return text.length <= 63 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text);
}

/** Whether a text can name most other objects. */
export function isObjectName(text: string): boolean {
    return text.length <= 253 && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(text);
}

const namespaceGrammar =
    "write at most 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit";

/** A namespace that a stack must name. */
export function namespaceName(reader: ConfigReader, key: string): string {
    const name = reader.text(key);
    if (name !== "" && !isNamespace(name)) {
        reader.reject(key, `has the value "${name}"`, namespaceGrammar);
    }
    return name;
}

/** Namespaces that a stack may name. */
export function namespaceNames(reader: ConfigReader, key: string): readonly string[] {
    const names = reader.optionalList(key);
    for (const name of names.filter((each) => !isNamespace(each))) {
        reader.reject(key, `has the namespace "${name}"`, namespaceGrammar);
    }
    return names;
}

/** The name of an object that a stack must name. */
export function objectName(reader: ConfigReader, key: string, what: string): string {
    const name = reader.optionalText(key);
    if (name === undefined) {
        reader.reject(key, "is missing", `name ${what}`);
        return "";
    }
    if (!isObjectName(name)) {
        reader.reject(
            key,
            `has the value "${name}"`,
            "write lower-case letters, digits, hyphens and dots, beginning and ending with a letter or digit",
        );
    }
    return name;
}
