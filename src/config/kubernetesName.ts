import type { ConfigReader } from "./configReader.ts";

/** Whether a text is a valid name of a namespace. */
export function isNamespace(text: string): boolean {
    return text.length <= 63 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text);
}

/** Whether a text is a valid name of most other objects. */
export function isObjectName(text: string): boolean {
    return text.length <= 253 && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(text);
}

/**
 * Whether a text is a valid label key, with or without a domain.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function isLabelName(text: string): boolean {
    const [name = "", domain, ...rest] = text.split("/").reverse();
    return (
        rest.length === 0 &&
        name !== "" &&
        isLabelValue(name) &&
        (domain === undefined || isObjectName(domain))
    );
}

/** Whether a text is a valid label value. */
export function isLabelValue(text: string): boolean {
    return text.length <= 63 && /^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$/.test(text);
}

const namespaceGrammar =
    "write at most 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit";

/** Reads a required namespace. */
export function namespaceName(reader: ConfigReader, key: string): string {
    const name = reader.text(key);
    if (name !== "" && !isNamespace(name)) {
        reader.reject(key, `has the value "${name}"`, namespaceGrammar);
    }
    return name;
}

/** The namespaces of Kubernetes itself, and the default one. */
const sharedNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** Reads the stack's own namespace, where the stack denies all traffic that it does not allow. */
export function ownNamespace(reader: ConfigReader, key: string): string {
    const name = namespaceName(reader, key);
    if (sharedNamespaces.includes(name)) {
        reader.reject(
            key,
            `has the value "${name}"`,
            "name a namespace that only this stack uses: it denies the traffic and the pods of everything else in it",
        );
    }
    return name;
}

/** Reads optional namespaces. */
export function namespaceNames(reader: ConfigReader, key: string): readonly string[] {
    const names = reader.optionalList(key);
    for (const name of names.filter((each) => !isNamespace(each))) {
        reader.reject(key, `has the namespace "${name}"`, namespaceGrammar);
    }
    return names;
}

const objectGrammar =
    "write lower-case letters, digits, hyphens and dots, beginning and ending with a letter or digit";

/** Reads optional names of objects. */
export function objectNames(reader: ConfigReader, key: string): readonly string[] {
    const names = reader.optionalList(key);
    for (const name of names.filter((each) => !isObjectName(each))) {
        reader.reject(key, `has the name "${name}"`, objectGrammar);
    }
    return names;
}

/** Reads the required name of an object. */
export function objectName(reader: ConfigReader, key: string, what: string): string {
    const name = reader.optionalText(key);
    if (name === undefined) {
        reader.reject(key, "is missing", `name ${what}`);
        return "";
    }
    if (!isObjectName(name)) {
        reader.reject(key, `has the value "${name}"`, objectGrammar);
    }
    return name;
}
