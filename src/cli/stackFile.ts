import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { KubernetesAccess } from "@spot-messaging/pulumi/operators";
import { UsageError } from "@spot-messaging/topology";
import { parse, YAMLParseError } from "yaml";
import { z } from "zod";
import { namespace, type RawConfig } from "../config/configReader.ts";
import { parseEnvironment } from "../config/parseEnvironment.ts";
import type { Environment } from "../environment/environment.ts";
import { projectRoot } from "./project.ts";

const projectFile = z.object({
    config: z.record(z.string(), z.object({ default: z.unknown() })),
});
const stackFile = z.object({ config: z.record(z.string(), z.unknown()).nullish() }).nullable();

/** The stacks that have a file, sorted. */
export async function stackNames(): Promise<readonly string[]> {
    return (await readdir(projectRoot))
        .flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? [])
        .sort();
}

/**
 * The environment of a stack, from its file.
 * @throws UsageError if the stack has no file or its values are invalid
 */
export async function readEnvironment(stack: string): Promise<Environment> {
    return parseEnvironment(stack, await readStackConfig(stack));
}

/**
 * The values of a stack as the engine would pass them to the program: the stack file, with the defaults of `Pulumi.yaml`. Without encrypted
 * values, which only the engine can read.
 * @throws UsageError if the stack has no file or a file is not valid YAML
 */
export async function readStackConfig(stack: string): Promise<RawConfig> {
    const project = projectFile.parse(await readYaml("Pulumi.yaml"));
    const defaults = Object.entries(project.config).map(([key, { default: value }]) => [key, value] as const);
    const own = await readOwnConfig(stack);
    const prefix = `${namespace}:`;
    return Object.fromEntries(
        [...defaults, ...Object.entries(own)]
            .filter(([key, value]) => key.startsWith(prefix) && !isEncrypted(value))
            .map(([key, value]) => [key.slice(prefix.length), textOf(value)]),
    );
}

/** The Kubernetes cluster of a stack. An encrypted kubeconfig is left out, because only the engine can read it. */
export async function readKubernetesAccess(stack: string): Promise<KubernetesAccess> {
    const { "kubernetes:kubeconfig": kubeconfig, "kubernetes:context": context } = await readOwnConfig(stack);
    return {
        ...(typeof kubeconfig === "string" && { kubeconfig }),
        ...(typeof context === "string" && { context }),
    };
}

async function readOwnConfig(stack: string): Promise<Readonly<Record<string, unknown>>> {
    const own = stackFile.safeParse(await readStackYaml(stack));
    if (!own.success) {
        throw new UsageError(
            `Pulumi.${stack}.yaml: key "config" is not a table of values; write one "${namespace}:key: value" a line below it`,
        );
    }
    return own.data?.config ?? {};
}

async function readStackYaml(stack: string): Promise<unknown> {
    const stacks = await stackNames();
    if (!stacks.includes(stack)) {
        throw new UsageError(
            `stack "${stack}" has no file Pulumi.${stack}.yaml; the stacks are ${stacks.join(", ")}`,
        );
    }
    return await readYaml(`Pulumi.${stack}.yaml`);
}

async function readYaml(name: string): Promise<unknown> {
    try {
        return parse(await readFile(join(projectRoot, name), "utf8")) as unknown;
    } catch (error) {
        if (error instanceof YAMLParseError) {
            const [first = error.message] = error.message.split("\n");
            throw new UsageError(`${name}: ${first.replace(/:$/, "")}; correct the YAML there`);
        }
        throw error;
    }
}

function isEncrypted(value: unknown): boolean {
    return typeof value === "object" && value !== null && "secure" in value;
}

/** The engine passes every value as text, structures as JSON. */
function textOf(value: unknown): string {
    return typeof value === "string" ? value : JSON.stringify(value ?? "");
}
