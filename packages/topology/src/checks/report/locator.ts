import type { InputProblem } from "../../definitions/inputProblem.ts";
import type { JsonDocument, JsonPath } from "../../definitions/jsonDocument.ts";
import type { Origin } from "../../definitions/origins.ts";
import type { StoredParameter } from "../../definitions/parseDefinitions.ts";
import type { ParsedTopology } from "../../definitions/parsedTopology.ts";
import { lazy } from "../../lookup/memoize.ts";
import type { Binding } from "../../model/index.ts";
import { argumentOfSetting } from "../../settings/settingTable.ts";
import { bindingPlace, placeOf, servicePlace } from "../../text/place.ts";
import type { Finding } from "../finding.ts";
import type { Location, Locator } from "./reportedFinding.ts";

/** The finding that says what an input's problem says. */
export function inputFinding({ rule, severity, place, message, fix }: InputProblem): Finding {
    return { rule, severity, place, message, fix };
}

/** Finds where the object of a finding, or the part that an input's problem is about, stands in what a topology was read from. */
export function objectFinder({
    problems,
    origins,
}: ParsedTopology): (finding: Finding) => JsonPath | undefined {
    const indexed = lazy(
        (): ReadonlyMap<string, JsonPath> =>
            new Map([
                // The first of those that share a place counts, as it is the one that is judged.
                ...origins
                    .entries()
                    .toReversed()
                    .flatMap((origin) => placesOf(origin).map((place) => [place, origin.path] as const)),
                ...problems.map((each) => [problemKey(each), each.path] as const),
            ]),
    );
    return (finding) => {
        const known = indexed();
        return known.get(problemKey(finding)) ?? known.get(objectIn(finding.place, known));
    };
}

/** Finds lines in the text that a topology was read from: those of the object, or of the very setting that a finding names. */
export function documentLocator(parsed: ParsedTopology, document: JsonDocument, file: string): Locator {
    const objectOf = objectFinder(parsed);
    return (finding) => {
        const object = objectOf(finding);
        const position =
            object === undefined ? undefined : document.positionOf(settingIn(finding, object, document));
        return position === undefined ? { file } : { file, ...position };
    };
}

function problemKey({ rule, place, message }: Pick<Finding, "rule" | "place" | "message">): string {
    return JSON.stringify([rule, place, message]);
}

/** The longest part of a place that names an object: findings may say more, such as an argument's name. */
function objectIn(place: string, known: ReadonlyMap<string, JsonPath>): string {
    let end = place.length;
    while (end > 0 && !known.has(place.slice(0, end))) {
        end = place.lastIndexOf('"', end - 2) + 1;
    }
    return place.slice(0, end);
}

/** The way to the first setting that a finding's message quotes, or else to the object itself. */
function settingIn({ message }: Finding, path: JsonPath, { value }: JsonDocument): JsonPath {
    const object = at(value, path);
    const tables = ["arguments", "definition", "value.definition"].map((each) => each.split("."));
    for (const [, word = ""] of message.matchAll(/"([^"]+)"/g)) {
        for (const table of tables) {
            const found = [word, argumentOfSetting("queue", word)].find(
                (key) => key !== undefined && at(object, [...table, key]) !== undefined,
            );
            if (found !== undefined) {
                return [...path, ...table, found];
            }
        }
    }
    return path;
}

function at(value: unknown, path: JsonPath): unknown {
    return path.reduce<unknown>(
        (inner, key) =>
            typeof inner === "object" && inner !== null && Object.hasOwn(inner, key)
                ? (inner as Record<string | number, unknown>)[key] // hasOwn knows it
                : undefined,
        value,
    );
}

/** How findings name an object; the virtual host is left out where a rule looks at names alone. */
function placesOf({ list, item }: Origin): readonly string[] {
    // What a list holds is known by its name: the codec adds nothing else.
    const noun = item as { readonly vhost: string; readonly name: string; readonly user: string };
    switch (list) {
        case "exchanges":
            return [placeOf(noun.vhost, "exchange", noun.name), `exchange "${noun.name}"`];
        case "queues":
            return [placeOf(noun.vhost, "queue", noun.name), `queue "${noun.name}"`];
        case "bindings":
            return [bindingPlace(item as Binding)];
        case "policies":
            return [placeOf(noun.vhost, "policy", noun.name), `policy "${noun.name}"`];
        case "operatorPolicies":
            return [placeOf(noun.vhost, "operator policy", noun.name)];
        case "parameters": {
            const stored = item as StoredParameter;
            return stored.kind === "limits"
                ? []
                : [
                      placeOf(
                          stored.policy.vhost,
                          stored.kind === "policy" ? "policy" : "operator policy",
                          stored.policy.name,
                      ),
                  ];
        }
        case "users":
            return [`user "${noun.name}"`];
        case "vhosts":
            return [`virtual host "${noun.name}"`, `vhost "${noun.name}"`];
        case "permissions":
            return [placeOf(noun.vhost, "permission", noun.user)];
        case "topic_permissions":
        case "topicPermissions":
            return [placeOf(noun.vhost, "topic permission", noun.user)];
        case "services":
            return [servicePlace(noun)];
        default:
            return [];
    }
}

/** A locator for what is not read from a text: nothing has a place. */
export function noLocation(): Location | undefined {
    return undefined;
}
