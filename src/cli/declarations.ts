import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { StackLocator } from "@spot-messaging/cli";
import type { Environment } from "../environment/environment.ts";
import { analysisExchanges, analysisQueues, analysisServices } from "../topology/analysis.ts";
import {
    notificationExchanges,
    notificationQueues,
    notificationServices,
} from "../topology/notifications.ts";
import { operationsExchanges, operationsServices, retryExchange } from "../topology/operations.ts";
import { projectRoot } from "./project.ts";

interface Context {
    readonly file: string;
    readonly names: readonly string[];
}

/** The bounded contexts and what each of them declares; what belongs to all of them stands in operations. */
function contextsOf(environment: Environment): readonly Context[] {
    const named = (...lists: readonly (readonly { readonly name: string }[])[]): readonly string[] =>
        lists.flat().map(({ name }) => name);
    const deployed = [...analysisServices(environment), ...notificationServices(environment)];
    return [
        {
            file: "analysis.ts",
            names: named(analysisExchanges, analysisQueues(environment), analysisServices(environment)),
        },
        {
            file: "notifications.ts",
            names: named(
                notificationExchanges,
                notificationQueues(environment),
                notificationServices(environment),
            ),
        },
        {
            file: "operations.ts",
            names: named(operationsExchanges, [retryExchange], operationsServices(deployed, [])),
        },
    ];
}

const folder = "src/topology";
const namesFile = "names.ts";

/**
 * Finds the declaration that a finding is about: the line that has the object's name, or else the file of its context. Objects that the
 * compiler adds (dead-letter and delay queues, policies) begin with the name of the one that they are made for.
 */
export async function locateDeclarations(environment: Environment): Promise<StackLocator> {
    const contexts = contextsOf(environment);
    const files = [...contexts.map(({ file }) => file), namesFile];
    const texts = new Map(
        await Promise.all(
            files.map(
                async (file) =>
                    [file, (await readFile(join(projectRoot, folder, file), "utf8")).split("\n")] as const,
            ),
        ),
    );
    const declared = contexts
        .flatMap(({ file, names }) => names.map((name) => ({ file, name })))
        .sort((a, b) => b.name.length - a.name.length);

    return ({ place }) => {
        const subject = [...place.matchAll(/"([^"]*)"/g)].map(([, name = ""]) => name).at(-1) ?? "";
        const origin = declared.find(
            ({ name }) =>
                subject === name || subject.startsWith(`${name}.`) || subject.startsWith(`${name} `),
        );
        if (origin === undefined) {
            return { file: `${folder}/index.ts` };
        }
        for (const file of [origin.file, namesFile]) {
            const index = texts.get(file)?.findIndex((line) => line.includes(`"${origin.name}"`)) ?? -1;
            if (index >= 0) {
                return { file: `${folder}/${file}`, line: index + 1 };
            }
        }
        return { file: `${folder}/${origin.file}` };
    };
}
