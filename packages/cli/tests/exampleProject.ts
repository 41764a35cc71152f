import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { reviewProject } from "./review/reviewProject.ts";
import { shop } from "./topologyRun.ts";

const launcher = fileURLToPath(new URL("../../../scripts/topology.mjs", import.meta.url));
const packages = fileURLToPath(new URL("../../../node_modules/@spot-messaging", import.meta.url));

export interface CommandOutcome {
    readonly exitCode: number;
    readonly output: string;
    readonly errors: string;
}

/** A committed project with a program, its snapshots and exported definitions, in which commands run as a person types them. */
export interface ExampleProject {
    readonly folder: string;
    readonly write: (path: string, text: string) => void;
    readonly run: (line: string) => Promise<CommandOutcome>;
    readonly remove: () => Promise<void>;
}

/** @param program the text of its `topology.config.ts` */
export async function exampleProject(program: string): Promise<ExampleProject> {
    const project = reviewProject();
    const bin = await mkdtemp(join(tmpdir(), "topology-examples-"));
    const tool = (name: string, script: string): Promise<void> =>
        writeFile(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const run = (line: string): Promise<CommandOutcome> => {
        const env = {
            ...process.env,
            PATH: `${bin}:${process.env["PATH"] ?? ""}`,
            HOME: project.folder,
            TOPOLOGY_BROKER_PASSWORD: "canary-password",
            GITHUB_TOKEN: "",
        };
        return new Promise((resolve) => {
            execFile(
                "bash",
                ["-o", "pipefail", "-c", line],
                { cwd: project.folder, env },
                (error, output, errors) => {
                    resolve({ exitCode: Number(error?.code ?? 0), output, errors });
                },
            );
        });
    };
    const definitions = withShovel(await readFile(shop, "utf8"));
    project.write("package.json", JSON.stringify({ name: "shop", type: "module" }));
    project.write(".gitignore", "node_modules\n");
    project.write("topology.config.ts", program);
    project.write("definitions.json", definitions);
    project.write("review.md", "nothing changes\n");
    await mkdir(join(project.folder, "node_modules"));
    await symlink(packages, join(project.folder, "node_modules", "@spot-messaging"));
    await tool("topology", `exec "${process.execPath}" "${launcher}" "$@"`);
    await tool("npx", 'exec "$@"');
    // What other tools of the examples print.
    await tool("rabbitmqctl", `cat "${shop}"`);
    await tool("pulumi", `echo '{"steps": []}'`);
    await run("topology snapshot");
    project.commit();
    for (const ref of ["refs/remotes/origin/main", "refs/tags/v1.2", "refs/tags/v1.3"]) {
        project.git("update-ref", ref, "HEAD");
    }
    return {
        folder: project.folder,
        write: project.write,
        run,
        remove: async () => {
            project.remove();
            await rm(bin, { recursive: true });
        },
    };
}

/** The definitions with the shovel that the examples of `explain` name. */
function withShovel(definitions: string): string {
    const fields = JSON.parse(definitions) as { readonly parameters: readonly object[] }; // the file's own form
    const value = {
        "src-uri": "amqp:///shop",
        "src-queue": "orders",
        "dest-uri": "amqp://",
        "dest-queue": "copies",
    };
    const copies = { vhost: "shop", component: "shovel", name: "copies", value };
    return JSON.stringify({ ...fields, parameters: [...fields.parameters, copies] });
}
