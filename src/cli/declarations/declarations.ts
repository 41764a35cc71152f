import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { StackLocator } from "@spot-messaging/cli";
import { replyStreamOf } from "@spot-messaging/topology";
import type { Location } from "@spot-messaging/topology/check";
import { projectRoot } from "../project.ts";
import { type DeclarationSite, type DeclaredKind, declarationSites } from "./declarationSites.ts";

const folder = "src/topology";

interface Declaration extends DeclarationSite {
    readonly file: string;
}

/**
 * Finds the line that declares the object of a finding. For a binding, it is the line of its queue; for objects that the compiler adds
 * (dead-letter queues, delay queues, policies), the line of the object whose name is their prefix. For a reply stream, it is the line of the caller. A finding about a service is about one of its messages
 * or queues, if it names one.
 */
export async function locateDeclarations(): Promise<StackLocator> {
    const declarations = await readDeclarations();
    return ({ place, message }) => {
        const member = memberOf(place, message, declarations);
        if (member !== undefined) {
            return { file: member.file, line: member.line };
        }
        const quoted = [...place.matchAll(/(\w+) "([^"]*)"/gu)];
        const locations = quoted
            .toReversed()
            .map(([, word = "", name = ""]) =>
                locationOf(kinds[word] ?? "object", declaredName(word, name), declarations),
            );
        return locations.find((each) => each !== undefined) ?? { file: `${folder}/index.ts` };
    };
}

/** The publication, call or subscription of a service that a finding names, such as `message "alert" to exchange ...`. */
function memberOf(
    place: string,
    message: string,
    declarations: readonly Declaration[],
): Declaration | undefined {
    const [, service] = /(?:^|: )service "([^"]*)"/u.exec(place) ?? [];
    const [, sent] = /(?:message|calls|(?:publishes|calls)\[\d+\]) "([^"]*)"/u.exec(message) ?? [];
    const [, received] = /(?:consumes|messages of|consumes\[\d+\]) "([^"]*)"/u.exec(message) ?? [];
    if (service === undefined) {
        return undefined;
    }
    const found = declarations.filter(({ kind, pattern }) =>
        kind === "message" || kind === "consumedMessage"
            ? sent !== undefined && pattern.test(sent)
            : kind === "subscription" && received !== undefined && pattern.test(received),
    );
    const own = declarations.filter(({ kind, pattern }) => kind === "service" && pattern.test(service));
    const isOwn = (each: Declaration): boolean =>
        own.some(({ file, line }) => each.file === file && each.serviceLine === line);
    // A message of the service itself, or what several services share.
    return found.find(isOwn) ?? found.find(({ serviceLine }) => serviceLine === undefined);
}

async function readDeclarations(): Promise<readonly Declaration[]> {
    const files = (await readdir(join(projectRoot, folder))).filter((name) => name.endsWith(".ts")).sort();
    const found = await Promise.all(
        files.map(async (name) => {
            const text = await readFile(join(projectRoot, folder, name), "utf8");
            return declarationSites(text).map((each) => ({ ...each, file: `${folder}/${name}` }));
        }),
    );
    // The most specific first: the pattern of a constant is longer than that of computed names.
    return found.flat().sort((a, b) => b.pattern.source.length - a.pattern.source.length);
}

/** The kinds of declaration by the word before the name in a finding, such as `virtual host "spot"`. */
const kinds: Readonly<Record<string, DeclaredKind>> = {
    host: "vhost",
    vhost: "vhost",
    service: "service",
    user: "service",
};

/** The declared name within the name of a binding, such as `orders -> billing (order.*)`, or of a policy, such as `queue.billing`. */
function declaredName(word: string, name: string): string {
    const form = { binding: / -> (.*) \(/u, policy: /^(?:exchange|queue)\.(.*)$/u }[word];
    return form?.exec(name)?.[1] ?? name;
}

/** The longest declared name that is a prefix of this name, if the name itself is not declared. */
function locationOf(
    kind: DeclaredKind,
    name: string,
    declarations: readonly Declaration[],
): Location | undefined {
    const found = declarations.find((each) => each.kind === kind && each.pattern.test(name));
    if (found !== undefined) {
        return { file: found.file, line: found.line };
    }
    const end = name.lastIndexOf(".");
    const prefix = name.slice(0, end);
    return end < 0
        ? undefined
        : locationOf(name === replyStreamOf(prefix) ? "service" : kind, prefix, declarations);
}
