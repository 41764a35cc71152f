import type { InputProblem } from "../../definitions/inputProblem.ts";
import type { JsonDocument, JsonPath } from "../../definitions/jsonDocument.ts";
import type { Origin } from "../../definitions/origins.ts";
import type { ParsedTopology } from "../../definitions/parsedTopology.ts";
import type { StoredParameter } from "../../definitions/storedParameter.ts";
import { lazy } from "../../lookup/memoize.ts";
import type { Binding, Parameter } from "../../model/index.ts";
import { argumentOfSetting } from "../../settings/settingTable.ts";
import { bindingPlace, parameterPlace, placeOf, servicePlace } from "../../text/place.ts";
import type { Finding } from "../finding.ts";
import type { Location, Locator } from "./reportedFinding.ts";

/** Converts a problem of the input to a finding. */
export function inputFinding({ rule, severity, place, message, fix }: InputProblem): Finding {
    return { rule, severity, place, message, fix };
}

/** Finds the path of a finding's object, or of an input problem, in the document that the topology was read from. */
export function objectFinder({
    problems,
    origins,
}: ParsedTopology): (finding: Finding) => JsonPath | undefined {
    const indexed = lazy(
        (): ReadonlyMap<string, JsonPath> =>
            new Map([
                // If objects share a place, the first one wins, because the checks use that one.
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

/** Finds the line and column of a finding's object, or of the setting that its message quotes, in the text that the topology was read from. */
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

/** The longest prefix of a place that names an object; a place may have more, such as an argument's name. */
function objectIn(place: string, known: ReadonlyMap<string, JsonPath>): string {
    let end = place.length;
    while (end > 0 && !known.has(place.slice(0, end))) {
        end = place.lastIndexOf('"', end - 2) + 1;
    }
    return place.slice(0, end);
}

/** The path of the first setting that a finding's message quotes, or else of the object. */
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
                ? (inner as Record<string | number, unknown>)[key] // hasOwn has checked it
                : undefined,
        value,
    );
}

/** The places by which findings name an object; rules that compare only names leave out the virtual host. */
function placesOf({ list, item }: Origin): readonly string[] {
    // The list's name determines the type of its items.
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
            const stored = item as Parameter | StoredParameter;
            if (!("kind" in stored)) {
                return [parameterPlace(stored)];
            }
            return stored.kind === "limits"
                ? []
                : stored.kind === "parameter"
                  ? [parameterPlace(stored.parameter)]
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

/** The locator for a topology that was not read from a text. */
export function noLocation(): Location | undefined {
    return undefined;
}
