import { vhostLimitsComponent } from "../broker/limits.ts";
import { shown } from "../text/shown.ts";
import { definitionsFields, ignoredKeys } from "./definitionsFields.ts";
import type { InputProblems } from "./inputProblem.ts";
import type { JsonDocument, JsonPath } from "./jsonDocument.ts";
import { isObject, type JsonObject, placeAt } from "./objectReader.ts";

/** Reports problems that only the text shows, not the parsed value. */
export function reportTextProblems(
    { repeatedKeys, floats, value }: JsonDocument,
    problems: InputProblems,
): void {
    for (const path of repeatedKeys) {
        problems.add({
            rule: "repeatedKey",
            place: placeOfObject(value, path),
            message: `"${String(path.at(-1))}" occurs more than once here; the last one is used`,
            fix: "keep one of them",
            path,
        });
    }
    for (const path of floats.filter((each) => needsInteger(value, each))) {
        problems.add({
            rule: "floatValue",
            place: placeOfObject(value, path),
            message: `"${path.slice(2).join(".")}" is a floating-point number, which the broker refuses`,
            fix: "write the number without decimal point and exponent",
            path,
        });
    }
}

/** Whether the broker refuses a floating-point number at a path; many other fields and parameters accept one. */
function needsInteger(value: unknown, path: JsonPath): boolean {
    const [list, , field] = path;
    return (
        path.includes("arguments") ||
        path.includes("definition") ||
        (list === "users" && field === "limits") ||
        (list === "parameters" && elementAt(value, path)?.["component"] === vhostLimitsComponent)
    );
}

/** The place of the list element that contains a path, as {@link ObjectReader} names it. */
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

/** All lists that an export can have. */
export const listKeys: readonly string[] = [
    ...Object.keys(definitionsFields),
    "operator_policies",
    "operator-policies",
];

/** Reports input that is not definitions, so that it is not read as empty definitions. */
export function reportShape(value: unknown, problems: InputProblems): void {
    const unreadable = (message: string, path: JsonPath = []): void => {
        problems.add({
            rule: "unreadable",
            place: "definitions",
            message,
            fix: "use the output of GET /api/definitions or rabbitmqctl export_definitions",
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
            `contain none of the lists that a broker exports (${Object.keys(definitionsFields).join(", ")})`,
        );
    }
    for (const key of Object.keys(value)) {
        if (listKeys.includes(key) ? !Array.isArray(value[key]) : false) {
            unreadable(`"${key}" is ${shown(value[key])}; expected a list`, [key]);
        } else if (!listKeys.includes(key) && !ignoredKeys.includes(key)) {
            problems.add({
                rule: "uncheckedContent",
                place: "definitions",
                message: `"${key}" is not a list that a broker exports`,
                fix: "correct or remove it; the checks ignore it",
                path: [key],
            });
        }
    }
}

/** The virtual host of an export without a list of them: an export of one virtual host, or definitions written by hand for the default one. */
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
            rule: "assumedValue",
            place: "definitions",
            message: `do not name their virtual host; checked as "${name}"`,
            fix: 'add "original_vhost_name", or export the whole broker',
            path: [],
        });
    }
    return name;
}
