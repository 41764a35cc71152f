import type { JsonPath } from "../definitions/jsonDocument.ts";
import type { JsonObject } from "../definitions/objectReader.ts";
import { describeValue, type ImportFile, type ValueKind } from "./importFile.ts";
import { hasPlugin, type Presence } from "./knownBroker.ts";

/** One object of a list, and what to report about it. */
export interface ImportObject {
    readonly file: ImportFile;
    readonly object: JsonObject;
    readonly path: JsonPath;
    readonly kindOf: (field: string) => ValueKind;
    readonly refuse: (field: string | JsonPath, message: string, fix: string, unless?: string) => void;
    readonly leaveOut: (field: string, message: string, fix: string) => void;
    /** Refuses a field whose value is of none of some kinds; answers whether it is fine. */
    readonly demand: (field: string, kinds: readonly ValueKind[], what: string) => boolean;
    /** Whether the broker leaves the object out. */
    readonly isLeftOut: () => boolean;
}

export function importObject(
    file: ImportFile,
    object: JsonObject,
    path: JsonPath,
    name: unknown = object["name"] ?? object["user"],
): ImportObject {
    let isLeftOut = false;
    const kindOf = (field: string): ValueKind => file.kindOf(object[field], [...path, field]);
    const refuse: ImportObject["refuse"] = (field, message, fix, unless) => {
        file.add(
            {
                outcome: "refused",
                message,
                fix,
                path: [...path, ...(typeof field === "string" ? [field] : field)],
                ...(unless !== undefined && { unless }),
            },
            name,
        );
    };
    return {
        file,
        object,
        path,
        kindOf,
        refuse,
        leaveOut: (field, message, fix) => {
            isLeftOut = true;
            file.add({ outcome: "leftOut", message, fix, path: [...path, field] }, name);
        },
        demand: (field, kinds, what) => {
            const isFine = kinds.includes(kindOf(field));
            if (!isFine) {
                refuse(field, `"${field}" is ${describeValue(object[field])}`, `give ${what}`);
            }
            return isFine;
        },
        isLeftOut: () => isLeftOut,
    };
}

/**
 * Refuses a reference to what is not there, or may not be there.
 * @param fix computed only for a refusal: a suggestion compares all names
 */
export function demandPresent(
    { object, refuse }: ImportObject,
    field: string,
    kind: string,
    presence: Presence,
    fix: () => string,
): void {
    if (presence !== true) {
        const name = describeValue(object[field]);
        refuse(
            field,
            `${kind} ${name} ${presence === false ? "does not exist" : "is not in the file"}`,
            fix(),
            presence === undefined ? `${kind} ${name} exists on the broker` : undefined,
        );
    }
}

/**
 * Refuses what needs a plugin that is not enabled, or may not be enabled; answers whether it is enabled.
 * @param use what needs the plugin: `has "federation-upstream"`
 * @param fix @default - to enable the plugin
 */
export function demandPlugin(
    { refuse, file }: ImportObject,
    field: string | JsonPath,
    use: string,
    plugin: string,
    { note = "", fix = `enable the plugin: rabbitmq-plugins enable ${plugin}` }: PluginAdvice = {},
): Presence {
    const presence = hasPlugin(file.broker, plugin);
    if (presence !== true) {
        refuse(
            field,
            `${use}, which needs the plugin ${plugin}${note}`,
            fix,
            presence === undefined ? `the plugin ${plugin} is enabled` : undefined,
        );
    }
    return presence;
}

/** What is special about a plugin. */
interface PluginAdvice {
    /** Follows the name of the plugin. @default - nothing */
    readonly note?: string;
    readonly fix?: string;
}
