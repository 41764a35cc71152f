import type { InputProblem } from "../../definitions/inputProblem.ts";
import type { JsonPath } from "../../definitions/jsonDocument.ts";
import type { ParsedTopology } from "../../definitions/parsedTopology.ts";
import { argumentOfSetting } from "../../settings/settingTable.ts";
import type { Finding } from "../finding.ts";
import { objectFinder } from "./locator.ts";

/** Rules whose whole statement is part of an import verdict, patch by patch. */
const wholeRules = new Set(["refusedPolicy", "refusedQueue"]);

/** Rules that also report what a broker refuses of a program. */
const sharedRules = new Set([
    "danglingReference",
    "floatValue",
    "inapplicableArgument",
    "invalidHeadersBinding",
    "invalidName",
    "invalidPattern",
    "invalidValue",
    "unavailableSetting",
    "unknownSetting",
]);

/** Lists whose objects are nothing but references. */
const referringLists = ["bindings", "permissions", "topic_permissions"];

/**
 * Whether an import verdict already reports the same as a finding, so that a person reads it once.
 * @param problems the verdict's
 */
export function reportedByImport(
    parsed: ParsedTopology,
    problems: readonly InputProblem[],
): (finding: Finding) => boolean {
    const pathOf = objectFinder(parsed);
    const byObject = new Map<string, JsonPath[]>();
    for (const { path } of problems) {
        const key = JSON.stringify(path.slice(0, 2));
        byObject.set(key, [...(byObject.get(key) ?? []), path]);
    }
    /** Objects with a type that is refused: no plugin can have it. */
    const refused = new Set(
        problems
            .filter(({ rule, path }) => rule === "refusedImport" && path.at(-1) === "type")
            .map(({ path }) => JSON.stringify(path.slice(0, 2))),
    );
    return (finding) => {
        if (wholeRules.has(finding.rule)) {
            return true;
        }
        if (finding.rule === "unknownType") {
            return refused.has(JSON.stringify(pathOf(finding)?.slice(0, 2)));
        }
        if (!sharedRules.has(finding.rule) || byObject.size === 0) {
            return false;
        }
        const path = pathOf(finding);
        const [list] = path ?? [];
        const paths = path === undefined ? [] : (byObject.get(JSON.stringify(path.slice(0, 2))) ?? []);
        return finding.rule === "danglingReference"
            ? paths.length > 0 && referringLists.some((each) => each === list)
            : paths.some((each) => isAbout(finding, each));
    };
}

/** Whether a finding names the field that a path leads to; an argument has another name than its setting. */
function isAbout({ rule, message }: Finding, path: JsonPath): boolean {
    const field = String(path.at(-1));
    return (
        message.includes(`"${field}"`) ||
        message.startsWith(`${field} `) ||
        [...message.matchAll(/"([^"]+)"/g)].some(
            ([, word = ""]) => argumentOfSetting("queue", word) === field,
        ) ||
        (rule === "invalidHeadersBinding" && field === "x-match") ||
        (rule === "invalidName" && field === "name")
    );
}
