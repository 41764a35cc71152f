import { lstat, mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "@spot-messaging/topology";
import { type Adoption, adopt, type ProgramFile, type PropertiesKeys } from "@spot-messaging/topology/adopt";
import { counted, quoted } from "@spot-messaging/topology/text";
import { isStackName } from "../config/configResult.ts";
import { isBrokerUrl, shownBrokerUrl } from "../input/brokerUrl.ts";
import { readTopologyFile, type TopologyInput } from "../input/topologyFile.ts";
import type { CommandIo, CommandResult } from "../process/commandIo.ts";
import { ownPackage } from "../process/ownPackage.ts";

export interface AdoptCommandOptions {
    /** The folder of the program. */
    readonly out: string;
    readonly broker?: string;
    readonly name?: string;
    readonly stack: string;
    readonly allowLeftOut?: true;
    readonly json?: true;
}

/**
 * Writes a program that declares what a broker has, and the file that imports the broker's objects.
 * @param definitions a file, or `-` for standard input
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function adoptBroker(
    definitions: string | undefined,
    options: AdoptCommandOptions,
    io: Pick<CommandIo, "env" | "stdin">,
): Promise<CommandResult> {
    const { out, broker, stack, allowLeftOut, json } = options;
    const name = options.name ?? projectNameOf(out);
    if (!isProjectName(name)) {
        throw new UsageError(
            `--name "${name}" is not a name for a project; use small letters, digits, ".", "_" and "-"`,
        );
    }
    if (!isStackName(stack)) {
        throw new UsageError(
            `--stack "${stack}" is not a name for a stack; use letters, digits, ".", "_" and "-"`,
        );
    }
    const input = await readInput(definitions, broker, io);
    const propertiesKeys = broker === undefined ? undefined : await readKeys(broker, io.env);
    const adoption = adopt(input.topology, {
        name,
        stack,
        packagesVersion: ownPackage().version,
        ...(input.definitions !== undefined && { definitions: input.definitions }),
        ...(propertiesKeys !== undefined && { propertiesKeys }),
    });
    await writeProgram(out, adoption.files);
    return {
        output: json === true ? jsonOf(adoption) : textOf(adoption, options),
        exitCode: adoption.leftOut.length > 0 && allowLeftOut !== true ? 1 : 0,
    };
}

async function readInput(
    definitions: string | undefined,
    broker: string | undefined,
    { env, stdin }: Pick<CommandIo, "env" | "stdin">,
): Promise<TopologyInput> {
    if ((definitions === undefined) === (broker === undefined)) {
        throw new UsageError(
            definitions === undefined
                ? "nothing to adopt; name a file with a broker's definitions, or a running broker with --broker"
                : "a file and --broker exclude each other; give one of them",
        );
    }
    if (broker !== undefined) {
        const { readBrokerTopology } = await import("../input/liveBroker.ts");
        return await readBrokerTopology(broker, env);
    }
    const file = definitions ?? "-";
    if (isBrokerUrl(file)) {
        throw new UsageError(`"${shownBrokerUrl(file)}" is a URL; give a running broker with --broker`);
    }
    const input = await readTopologyFile(file, stdin);
    if (input.definitions === undefined) {
        throw new UsageError(
            `file "${file}" is a snapshot of a program; give the definitions that a broker exported`,
        );
    }
    return input;
}

async function readKeys(broker: string, env: CommandIo["env"]): Promise<PropertiesKeys> {
    const { readBindingKeys } = await import("../input/bindingKeys.ts");
    return await readBindingKeys(broker, env);
}

/** A name that Pulumi accepts for a project and npm for a package. */
function isProjectName(name: string): boolean {
    return /^[a-z0-9][a-z0-9._-]{0,99}$/u.test(name);
}

function projectNameOf(folder: string): string {
    const name = basename(resolve(folder))
        .toLowerCase()
        .replaceAll(/[^a-z0-9._-]+/gu, "-")
        .replace(/^[^a-z0-9]+/u, "");
    return name === "" ? "topology" : name.slice(0, 100);
}

/** Writes the files; none is written if one of them exists. */
async function writeProgram(folder: string, files: readonly ProgramFile[]): Promise<void> {
    const paths = files.map(({ path }) => path);
    const states = await Promise.all(paths.map((path) => lstat(join(folder, path)).catch(() => undefined)));
    const existing = paths.filter((_, index) => states[index] !== undefined);
    if (existing.length > 0) {
        throw new UsageError(
            `folder "${folder}" already has ${quoted(existing, " and ")}; name a new folder with --out`,
        );
    }
    try {
        for (const { path, content } of files) {
            const file = join(folder, path);
            await mkdir(dirname(file), { recursive: true });
            await writeFile(file, content);
        }
    } catch (error) {
        throw new UsageError(
            `folder "${folder}" cannot be written (${error instanceof Error ? error.message : String(error)}); name another folder with --out`,
        );
    }
}

function jsonOf({ files, leftOut, importCount }: Adoption): string {
    const value = { files: files.map(({ path }) => path), imported: importCount, leftOut };
    return `${JSON.stringify(value, undefined, 4)}\n`;
}

function textOf(
    { files, leftOut, importCount }: Adoption,
    { out, stack, broker }: AdoptCommandOptions,
): string {
    const endpoint = broker === undefined ? "https://rabbit.example.com:15671" : endpointOf(broker);
    return [
        ...files.map(({ path }) => `${out}/${path}`),
        "",
        ...(leftOut.length === 0
            ? []
            : [
                  `left to the broker: ${counted(leftOut.length, "object or setting", "objects and settings")} that Pulumi will not manage`,
                  ...leftOut.map(({ place, message }) => `- ${place}: ${message}`),
                  "",
              ]),
        `next, in ${out}; the import reads ${counted(importCount, "object")} and changes nothing on the broker:`,
        "  npm install",
        `  pulumi stack init ${stack}`,
        `  pulumi config set rabbitmq:endpoint ${endpoint}`,
        "  pulumi config set rabbitmq:username ADMINISTRATOR",
        "  pulumi config set --secret rabbitmq:password",
        "  pulumi import --file import.json --generate-code=false",
        "  pulumi preview --expect-no-changes",
        "",
    ].join("\n");
}

function endpointOf(broker: string): string {
    const { origin, pathname } = new URL(broker);
    return `${origin}${pathname === "/" ? "" : pathname}`;
}
