import { acceptedValuesOf } from "../broker/acceptedValues.ts";
import { exchangeSettings, queueSettings } from "../broker/capabilities.ts";
import { absenceOf, isIn, type SettableBy } from "../broker/capability.ts";
import type { JsonPath } from "../definitions/jsonDocument.ts";
import { isObject, type JsonObject } from "../definitions/objectReader.ts";
import { groupBy } from "../lookup/groups.ts";
import { appliesTo, type KnownVersion, type PolicyDefinition } from "../model/index.ts";
import { policyContradictions } from "../settings/policyContradictions.ts";
import { quoted, suggestName } from "../text/names.ts";
import type { DeclaredNames } from "./declaredNames.ts";
import { acceptsValue, describeValue } from "./importFile.ts";
import { demandPlugin, type ImportObject } from "./importObject.ts";
import { joinedText } from "./joinedText.ts";
import { checkVhostOf } from "./permissions.ts";
import { checkRegularExpression } from "./regularExpression.ts";

/** What an import refuses of a policy. */
export function checkPolicy(policy: ImportObject, names: DeclaredNames): void {
    policy.demand("name", ["text", "null", "flag"], "a text");
    checkVhostOf(policy, names);
    checkPolicyFields(policy, [], policy.object, "policy");
}

const fieldKeys = ["pattern", "apply-to", "priority", "definition"];

/** The same of an operator policy, which is stored as a runtime parameter; it may have no other fields. */
export function checkOperatorPolicy(parameter: ImportObject, value: JsonObject): void {
    for (const key of Object.keys(value).filter((each) => !fieldKeys.includes(each))) {
        parameter.refuse(
            ["value", key],
            `has "${key}"`,
            suggestName(key, fieldKeys, `only ${quoted(fieldKeys)} are allowed`),
        );
    }
    if (value["priority"] === undefined) {
        parameter.refuse("value", '"priority" is missing', "give a number");
    }
    checkPolicyFields(parameter, ["value"], value, "operator policy");
}

function checkPolicyFields(
    each: ImportObject,
    at: JsonPath,
    fields: JsonObject,
    way: "operator policy" | "policy",
): void {
    const { refuse } = each;
    checkRegularExpression(each, [...at, "pattern"], fields["pattern"]);
    const { priority, "apply-to": applyTo, definition } = fields;
    if (priority !== undefined && typeof priority !== "number") {
        refuse([...at, "priority"], `"priority" is ${describeValue(priority)}`, "give a number");
    }
    if (applyTo !== undefined && !appliesTo.some((known) => known === applyTo)) {
        refuse(
            [...at, "apply-to"],
            `"apply-to" is ${describeValue(applyTo)}`,
            typeof applyTo === "string"
                ? suggestName(applyTo.trim().toLowerCase(), appliesTo, `use one of ${quoted(appliesTo)}`)
                : `use one of ${quoted(appliesTo)}`,
        );
    }
    const path = [...at, "definition"];
    if (!isObject(definition)) {
        refuse(
            path,
            `"definition" is ${describeValue(definition)}`,
            'give a table with at least one setting, such as {"max-length": 1000}',
        );
    } else if (Object.keys(definition).length === 0) {
        refuse(path, '"definition" has no setting', "add one, or remove the policy");
    } else {
        checkDefinition(each, path, definition, way);
    }
}

function checkDefinition(
    each: ImportObject,
    at: JsonPath,
    definition: JsonObject,
    way: Extract<SettableBy, "operator policy" | "policy">,
): void {
    const { refuse, file, path } = each;
    const { version } = file;
    const removed: string[] = [];
    for (const [key, written] of Object.entries(definition)) {
        const value = key === "max-age" ? (joinedText(written) ?? written) : written;
        const inDefinition = [...at, key];
        const capability = queueSettings[key] ?? exchangeSettings[key];
        const isExchangeSetting = capability?.subject === "exchange";
        const isRefused =
            capability === undefined ||
            !capability.settableBy.includes(way) ||
            (!isExchangeSetting && absenceOf(capability, way, "classic", version) === "refused");
        if (isRefused && capability?.until !== undefined && !isIn(capability, version)) {
            removed.push(key);
            continue;
        }
        if (isRefused) {
            refuse(
                inDefinition,
                `has "${key}", which no ${way} of RabbitMQ ${version} can set`,
                suggestName(key, settableBy(way, version), "remove the setting"),
            );
            continue;
        }
        if (key.startsWith("federation-")) {
            demandPlugin(each, inDefinition, `has "${key}"`, "rabbitmq_federation");
        }
        if (key === "federation-upstream-pattern") {
            checkRegularExpression(each, inDefinition, value);
            continue;
        }
        const wanted = acceptedValuesOf(key, way, version);
        const kind = file.kindOf(value, [...path, ...inDefinition]);
        if (wanted !== undefined && !acceptsValue(wanted, value, kind)) {
            refuse(inDefinition, `"${key}" is ${describeValue(value)}`, `give ${wanted.description}`);
        }
    }
    // Keys with one replacement belong together, such as those of mirroring.
    for (const [replacement, keys] of groupBy(removed, (key) => queueSettings[key]?.replacement ?? "")) {
        refuse(
            [...at, keys[0] ?? ""],
            `has ${quoted(keys)}, which RabbitMQ ${version} no longer supports`,
            `remove ${keys.length > 1 ? "them" : "it"}${replacement === "" ? "" : `; ${replacement}`}`,
        );
    }
    for (const { key, message, fix } of policyContradictions(definition as PolicyDefinition, version)) {
        refuse([...at, key], message, fix);
    }
}

function settableBy(way: SettableBy, version: KnownVersion): readonly string[] {
    return Object.entries({ ...queueSettings, ...exchangeSettings }).flatMap(([key, capability]) =>
        capability.settableBy.includes(way) && isIn(capability, version) ? [key] : [],
    );
}
