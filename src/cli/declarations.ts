import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { StackLocator } from "@spot-messaging/cli";
import type { Environment } from "../environment/environment.ts";
import { contexts } from "../topology/index.ts";
import { retryExchange } from "../topology/operations.ts";
import { projectRoot } from "./project.ts";

const folder = "src/topology";
const namesFile = "names.ts";

/**
 * Finds the declaration that a finding is about: the line that has the object's name, or else the file of its context. Objects that the
 * compiler adds (dead-letter and delay queues, policies) begin with the name of the one that they are made for.
 */
export async function locateDeclarations(environment: Environment): Promise<StackLocator> {
    const declared = [
        { file: "operations.ts", name: retryExchange.name },
        ...Object.entries(contexts(environment)).flatMap(([context, { exchanges, queues, services }]) =>
            [...exchanges, ...queues, ...services].map(({ name }) => ({ file: `${context}.ts`, name })),
        ),
    ].sort((a, b) => b.name.length - a.name.length);
    const files = [...new Set(declared.map(({ file }) => file)), namesFile];
    const texts = new Map(
        await Promise.all(
            files.map(
                async (file) =>
                    [file, (await readFile(join(projectRoot, folder, file), "utf8")).split("\n")] as const,
            ),
        ),
    );

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
