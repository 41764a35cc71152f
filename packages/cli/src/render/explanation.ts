import type { Binding, Policy } from "@spot-messaging/topology";
import { endText, type MatchingPolicies, type SettingSource } from "@spot-messaging/topology/broker";
import { bindingText, quoted } from "@spot-messaging/topology/text";
import type { Explanation } from "../commands/explainCommand.ts";
import { exclusiveText } from "../commands/namedObject.ts";
import { columns } from "./columns.ts";
import type { Page, Paint } from "./paint.ts";
import { settingValue } from "./settingValue.ts";
import { visibleLine } from "./visible.ts";
import { wrapText } from "./wrapText.ts";

/** A queue or an exchange for a person: its properties, the source of each setting, its bindings, publishers and consumers. */
export function renderExplanation(explanation: Explanation, page: Page): string {
    const { kind, object, version } = explanation;
    const { paint, width } = page;
    const traits = [
        object.type,
        object.durable ? "durable" : "not durable",
        ...(object.autoDelete ? ["auto-delete"] : []),
        ...("internal" in object && object.internal ? ["internal"] : []),
        ...("purpose" in object ? [`for ${object.purpose}`] : []),
        ...("retain" in object && object.retain ? ["protected from replacement"] : []),
    ];
    const title = `${kind} ${paint("name", `"${object.name}"`)} in vhost "${object.vhost}" on RabbitMQ ${version}: ${traits.join(", ")}`;
    return [
        visibleLine(title),
        ...section("Settings", settings(explanation, paint), paint),
        ...section("Policies", policies(explanation, paint), paint, width),
        ...section("Without effect", withoutEffect(explanation), paint, width),
        ...section("Receives from", incoming(explanation), paint, width),
        ...section(
            "Routes to",
            explanation.bindingsFrom.map(
                (each) =>
                    `${bindingText(each)} -> ${each.destinationType} "${each.destination}"${isExclusive(each, explanation) ? ` (${exclusiveText})` : ""}`,
            ),
            paint,
            width,
        ),
        ...section("Published by", publishers(explanation), paint, width),
        ...section("Consumed by", consumers(explanation), paint, width),
        ...section(
            "Moved by",
            explanation.shovels.map(
                ({ name, destination }) => `shovel "${name}" to ${endText(destination, "destination")}`,
            ),
            paint,
            width,
        ),
    ].join("\n");
}

function isExclusive({ destination, destinationType }: Binding, { exclusive }: Explanation): boolean {
    return destinationType === "queue" && exclusive.includes(destination);
}

function section(title: string, lines: readonly string[], paint: Paint, width?: number): readonly string[] {
    return lines.length === 0
        ? []
        : ["", paint("name", title), ...lines.map((line) => `  ${wrapText(line, "    ", width)}`)];
}

/** The source of a setting: `policy "orders"`, `argument`. */
function sourceText({ origin, policy }: Pick<SettingSource, "origin" | "policy">): string {
    return policy === undefined ? origin : `${origin} "${policy}"`;
}

function settings({ effective }: Explanation, paint: Paint): readonly string[] {
    const rows = [...effective.settings.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    if (rows.length === 0) {
        return ["none: the broker's defaults apply"];
    }
    return columns(
        rows.map(({ key, value, overridden, ...source }) => {
            const others = overridden
                .map((each) => `${sourceText(each)} sets ${settingValue(key, each.value)}`)
                .join(", ");
            const isDefault = source.origin === "default";
            return [
                key,
                settingValue(key, value),
                sourceText(source),
                others === "" ? "" : `(${others})`,
            ].map((cell) => (isDefault ? paint("faint", cell) : cell));
        }),
    );
}

function policies({ effective }: Explanation, paint: Paint): readonly string[] {
    return [
        ...contestLines("", effective, paint),
        ...contestLines("operator policy ", effective.operator, paint),
    ];
}

/** Which policies of one kind apply, are tied, shadowed or dropped. */
function contestLines(
    kind: string,
    { policy, tied, shadowed, dropped }: MatchingPolicies,
    paint: Paint,
): readonly string[] {
    const named = ({ name, precedence }: Policy): string => `"${name}" (priority ${precedence})`;
    return [
        ...(policy === undefined || tied.length > 0 ? [] : [`${kind}${named(policy)} applies`]),
        ...(tied.length === 0
            ? []
            : [
                  `${paint("error", "tied")}: ${tied.map(named).join(", ")}; the broker may apply either one, so raise the priority of one`,
              ]),
        ...shadowed.map((each) => `${kind}${named(each)} is shadowed by a policy with a higher priority`),
        ...dropped.map(
            ({ policy: each, keys }) =>
                `${kind}${named(each)} is ${paint("error", "ignored as a whole")}, because of ${quoted(keys)}`,
        ),
    ];
}

function withoutEffect({ effective }: Explanation): readonly string[] {
    return effective.withoutEffect.map(
        ({ key, reason, ...source }) => `${key} (${sourceText(source)}): ${reason}`,
    );
}

function incoming({
    kind,
    bindingsTo,
    deadLettersOf,
    alternateOf,
    arrivals,
}: Explanation): readonly string[] {
    const lines = [
        ...bindingsTo.map((each) => `exchange "${each.source}" ${bindingText(each)}`),
        ...deadLettersOf.map((name) => `dead letters of queue "${name}"`),
        ...alternateOf.map((name) => `unroutable messages of exchange "${name}"`),
        ...arrivals.map(({ link, name, from }) => `${link} "${name}": ${from}`),
    ];
    return lines.length === 0 && kind === "queue"
        ? ["no bindings; only the default exchange routes to it, by its name"]
        : lines;
}

const unknownUsers = "unknown: broker definitions do not contain services";

function publishers({ publishers: found }: Explanation): readonly string[] {
    if (found === undefined) {
        return [unknownUsers];
    }
    const lines = found.map(
        ({ service, message, exchange, routingKey }) =>
            `service "${service}": ${message} to exchange "${exchange}" with routing key "${routingKey}"`,
    );
    return lines.length === 0 ? ["no service"] : lines;
}

function consumers({ kind, consumers: found }: Explanation): readonly string[] {
    if (kind === "exchange") {
        return [];
    }
    if (found === undefined) {
        return [unknownUsers];
    }
    const lines = found.map(
        ({ service, message, prefetch }) => `service "${service}": ${message}, prefetch ${prefetch}`,
    );
    return lines.length === 0 ? ["no service"] : lines;
}
