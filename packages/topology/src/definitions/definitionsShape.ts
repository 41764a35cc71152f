import { vhostLimitsComponent } from "../broker/limits.ts";
import { shown } from "../text/shown.ts";
import { definitionsFields, idleKeys } from "./definitionsFields.ts";
import type { InputProblems } from "./inputProblem.ts";
import type { JsonDocument, JsonPath } from "./jsonDocument.ts";
import { isObject, type JsonObject, placeAt } from "./objectReader.ts";

/** What only the text shows, and no value. */
export function reportWriting({ repeatedKeys, floats, value }: JsonDocument, problems: InputProblems): void {
    for (const path of repeatedKeys) {
        problems.add({
            rule: "repeatedKey",
            place: placeOfObject(value, path),
            message: `"${String(path.at(-1))}" stands here more than once; the last one counts`,
            fix: "keep one of them",
            path,
        });
    }
    for (const path of floats.filter((each) => wantsIntegers(value, each))) {
        problems.add({
            rule: "floatValue",
            place: placeOfObject(value, path),
            message: `"${path.slice(2).join(".")}" is written as a floating-point number, which the broker refuses`,
            fix: "write the number without point and exponent",
            path,
        });
    }
}

/** Whether the broker refuses a floating-point number at a path: many other fields and parameters take one. */
function wantsIntegers(value: unknown, path: JsonPath): boolean {
    const [list, , field] = path;
    return (
        path.includes("arguments") ||
        path.includes("definition") ||
        (list === "users" && field === "limits") ||
        (list === "parameters" && elementAt(value, path)?.["component"] === vhostLimitsComponent)
    );
}

/** The list element that a path leads into, as {@link ObjectReader} names it. */
function placeOfObject(value: unknown, path: JsonPath): string {
    const [list, index] = path;
    if (path.length < 3 || list === undefined || index === undefined) {
        return "definitions";
    }
    const element = elementAt(value, path);
    return placeAt(path.slice(0, 2), element?.["name"] ?? element?.["user"]);
}

function elementAt(value: unknown, [list, index]: JsonPath): JsonObject | undefined {
    const elements = isObject(value) && list !== undefined ? value[list] : undefined;
    const element: unknown = Array.isArray(elements) ? elements[Number(index)] : undefined;
    return isObject(element) ? element : undefined;
}

/** Every list that an export may have. */
export const listKeys: readonly string[] = [
    ...Object.keys(definitionsFields),
    "operator_policies",
    "operator-policies",
];

/** Something else than definitions must not pass for definitions with nothing in them. */
export function reportShape(value: unknown, problems: InputProblems): void {
    const unreadable = (message: string, path: JsonPath = []): void => {
        problems.add({
            rule: "unreadable",
            place: "definitions",
            message,
            fix: "give what GET /api/definitions or rabbitmqctl export_definitions writes",
            path,
        });
    };
    if (!isObject(value)) {
        unreadable(
            `are ${Array.isArray(value) ? "a list" : shown(value)}; expected an object with lists such as "queues"`,
        );
        return;
    }
    if (!listKeys.some((key) => key in value)) {
        unreadable(
            `have none of the lists that a broker exports (${Object.keys(definitionsFields).join(", ")})`,
        );
    }
    for (const key of Object.keys(value)) {
        if (listKeys.includes(key) ? !Array.isArray(value[key]) : false) {
            unreadable(`"${key}" is ${shown(value[key])}; expected a list`, [key]);
        } else if (!listKeys.includes(key) && !idleKeys.includes(key)) {
            problems.add({
                rule: "leftOut",
                place: "definitions",
                message: `"${key}" is no list that a broker exports`,
                fix: "correct or remove it; it is not judged",
                path: [key],
            });
        }
    }
}

/** The virtual host of an export that has no list of them, which is one host's, or written by hand for the default one. */
export function onlyVhostOf(exported: JsonObject, problems: InputProblems): string | undefined {
    if ("vhosts" in exported) {
        return undefined;
    }
    const original = exported["original_vhost_name"];
    if (typeof original === "string") {
        return original;
    }
    const name = "/";
    const lists = listKeys.flatMap((key): readonly unknown[] =>
        Array.isArray(exported[key]) ? exported[key] : [],
    );
    if (lists.some((each) => isObject(each) && "name" in each && !("vhost" in each) && !("tags" in each))) {
        problems.add({
            rule: "guessed",
            place: "definitions",
            message: `do not name their virtual host; judged as those of "${name}"`,
            fix: 'write "original_vhost_name", or export the whole broker',
            path: [],
        });
    }
    return name;
}
