import type { JsonPath } from "../definitions/jsonDocument.ts";
import { isObject, type JsonObject } from "../definitions/objectReader.ts";
import { describeValue } from "./importFile.ts";
import type { ImportObject } from "./importObject.ts";

/**
 * Arguments as the broker reads them: a table without null, at any depth. A list passes for one, which every lookup finds empty.
 * @returns the table; `undefined` where it is refused
 */
export function checkArguments({ object, refuse, kindOf }: ImportObject): JsonObject | undefined {
    const { arguments: args } = object;
    if (args === undefined || kindOf("arguments") === "list") {
        return {};
    }
    if (!isObject(args)) {
        refuse("arguments", `"arguments" is ${describeValue(args)}`, "give a table, such as {}");
        return undefined;
    }
    const path = pathOfNull(args, ["arguments"]);
    if (path !== undefined) {
        const key = path.findLast((each) => typeof each === "string") ?? "arguments";
        refuse(path, `"${key}" is null, which no argument can be`, "remove it");
        return undefined;
    }
    return args;
}

function pathOfNull(value: unknown, path: JsonPath): JsonPath | undefined {
    if (value === null) {
        return path;
    }
    if (typeof value !== "object") {
        return undefined;
    }
    for (const [key, inner] of Object.entries(value)) {
        const found = pathOfNull(inner, [...path, Array.isArray(value) ? Number(key) : key]);
        if (found !== undefined) {
            return found;
        }
    }
    return undefined;
}
