import type { AccessibleQueue, AllowedNames, VhostAccess } from "@spot-messaging/topology/broker";
import { quoted, quotedFirst } from "@spot-messaging/topology/text";
import type { UserExplanation } from "../commands/explainUser.ts";
import type { Page, Paint } from "./paint.ts";
import { visibleLine } from "./visible.ts";
import { wrapText } from "./wrapText.ts";

/** How many names of a permission are listed; `--json` lists all of them. */
const namesShown = 10;

/** A user for a person: what it may do in each virtual host, and the queues that its messages can end in. */
export function renderUser(explanation: UserExplanation, { paint, width }: Page): string {
    const { name, tags, services, vhosts, brokerVersion } = explanation;
    const traits = [
        ...(services.length === 0 ? [] : [`of service ${quoted(services)}`]),
        ...(tags.length === 0 ? [] : [`tags ${tags.join(", ")}`]),
    ];
    const title = `user ${paint("name", `"${name}"`)} on RabbitMQ ${brokerVersion}${traits.length === 0 ? "" : `: ${traits.join(", ")}`}`;
    const notes = [
        ...tagNotes(tags),
        ...(vhosts.length === 0 ? ["has no permission in any virtual host"] : []),
    ];
    return [
        visibleLine(title),
        ...notes.map((each) => paint("warning", wrapText(each, "", width))),
        ...vhosts.flatMap((each) => ["", ...vhostLines(each, paint, width)]),
    ].join("\n");
}

function tagNotes(tags: UserExplanation["tags"]): readonly string[] {
    return tags.includes("administrator")
        ? ["an administrator can give itself every permission, so its patterns do not limit it"]
        : tags.includes("policymaker")
          ? [
                "a policymaker can change dead-letter and alternate exchanges, so that messages take other paths",
            ]
          : [];
}

function vhostLines(
    { vhost, configure, write, read, topics, queues }: VhostAccess,
    paint: Paint,
    width: number | undefined,
): readonly string[] {
    const undeclared = queues.filter(({ isDeclared }) => isDeclared === false);
    const section = (title: string, lines: readonly string[]): readonly string[] =>
        lines.length === 0
            ? []
            : ["", paint("name", title), ...lines.map((line) => `  ${wrapText(line, "    ", width)}`)];
    return [
        visibleLine(paint("name", `vhost "${vhost}"`)),
        ...[
            `configure  ${namesText(configure)}`,
            `write      ${namesText(write)}`,
            `read       ${namesText(read)}`,
        ].map((line) => `  ${wrapText(line, "             ", width)}`),
        ...section(
            "Routing keys that it may publish to topic exchanges with",
            topics.map((each) => `exchange "${each.exchange}": ${each.write === "" ? "^$" : each.write}`),
        ),
        ...(queues.length === 0 ? ["", "No queue receives its messages"] : []),
        ...section(
            `Its messages can end in, though ${undeclared.length === 1 ? "this queue is" : "these queues are"} not declared`,
            undeclared.map((each) => queueText(each, vhost)),
        ).map((line, index) => (index > 1 ? paint("warning", line) : line)),
        ...section(
            queues.some(({ isDeclared }) => isDeclared === true)
                ? "Its messages end in, as declared"
                : "Its messages can end in",
            queues.filter(({ isDeclared }) => isDeclared !== false).map((each) => queueText(each, vhost)),
        ),
    ];
}

function namesText({ pattern, isList, exchanges, queues }: AllowedNames): string {
    const list = (noun: string, names: readonly string[]): readonly string[] =>
        names.length === 0
            ? []
            : [`${noun}${names.length === 1 ? "" : "s"} ${quotedFirst(names, namesShown)}`];
    const names = [...list("exchange", exchanges), ...list("queue", queues)].join("; ");
    const known = names === "" ? "nothing" : names;
    return isList ? known : `${known} (${pattern})`;
}

function queueText({ vhost, queue, pathText }: AccessibleQueue, home: string): string {
    return `"${queue}"${vhost === home ? "" : ` in vhost "${vhost}"`}: ${pathText}`;
}
