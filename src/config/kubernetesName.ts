import type { ConfigReader } from "./configReader.ts";

/** Whether a text can name a namespace. */
export function isNamespace(text: string): boolean {
    return text.length <= 63 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text);
}

/** Whether a text can name most other objects. */
export function isObjectName(text: string): boolean {
    return text.length <= 253 && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(text);
}

/**
 * Whether a text can name a label, with or without the domain of whose it is.
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

/** Whether a text can be a label's value. */
export function isLabelValue(text: string): boolean {
    return text.length <= 63 && /^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$/.test(text);
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

/** Those of Kubernetes itself, and the one where everything lands that names none. */
const sharedNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** The namespace that a stack has for itself, in which nothing is reached that the stack does not allow. */
export function ownNamespace(reader: ConfigReader, key: string): string {
    const name = namespaceName(reader, key);
    if (sharedNamespaces.includes(name)) {
        reader.reject(
            key,
            `has the value "${name}"`,
            "name a namespace of the stack's own: in this one, others would be cut off and their pods refused",
        );
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

const objectGrammar =
    "write lower-case letters, digits, hyphens and dots, beginning and ending with a letter or digit";

/** Objects that a stack may name. */
export function objectNames(reader: ConfigReader, key: string): readonly string[] {
    const names = reader.optionalList(key);
    for (const name of names.filter((each) => !isObjectName(each))) {
        reader.reject(key, `has the name "${name}"`, objectGrammar);
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
        reader.reject(key, `has the value "${name}"`, objectGrammar);
    }
    return name;
}
