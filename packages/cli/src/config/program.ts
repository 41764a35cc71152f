import { basename, dirname } from "node:path";
import process from "node:process";
import { type Topology, UsageError } from "@spot-messaging/topology";
import type { Component } from "@spot-messaging/topology/definitions";
import { suggestName } from "@spot-messaging/topology/text";
import { findConfigFile, shownPath } from "./configFile.ts";
import { type ImportModule, loadConfig } from "./configModule.ts";
import { parseAccess, parsePasswords, parseStackNames, parseTopologyValue } from "./configResult.ts";
import { locatedError } from "./locatedError.ts";
import { nearestPackage } from "./nearestPackage.ts";
import type { BrokerAccess, StackLocator, TopologyConfig } from "./topologyConfig.ts";
import { callUserCode } from "./userCode.ts";

/** A program that declares the topologies of its stacks. Every error in its code becomes a UserError. */
export interface Program {
    /** The configuration file, as messages show it. */
    readonly file: string;
    /** The folder of its snapshots, documents and approvals. */
    readonly folder: string;
    readonly project: string;
    readonly stackNames: () => Promise<readonly string[]>;
    /** @default - unknown */
    readonly component?: Component;
    readonly topologyOf: (stack: string) => Promise<Topology>;
    readonly locate: (stack: string) => Promise<StackLocator>;
    /** @throws UsageError if the stack does not run */
    readonly brokerOf: (stack: string) => Promise<BrokerAccess>;
    /** Empty if they are unknown. */
    readonly passwordsOf: (stack: string) => Promise<ReadonlyMap<string, string>>;
}

/** One of a program's stacks. */
export interface ProgramStack {
    readonly name: string;
    readonly program: Program;
}

/** The options that select the program. */
export interface ProgramOptions {
    /** The configuration file. @default - the nearest one in the working folder and its parent folders */
    readonly config?: string;
}

/**
 * Loads the program.
 * @throws UsageError if there is none
 */
export async function loadProgram(
    { config: named }: ProgramOptions,
    importModule?: ImportModule,
): Promise<Program> {
    const file = findConfigFile(named);
    if (file === undefined) {
        throw new UsageError(
            "file topology.config.ts does not exist in this folder or a parent folder; write it, name another file with --config, or choose a topology with --file or --definitions",
        );
    }
    return programOf(file, await loadConfig(file, importModule));
}

/**
 * The project name of the program. Without a configuration file: the name of the nearest package.
 * @throws UsageError
 */
export async function projectName(options: ProgramOptions, importModule?: ImportModule): Promise<string> {
    return findConfigFile(options.config) === undefined
        ? packageName(process.cwd())
        : (await loadProgram(options, importModule)).project;
}

/**
 * The selected stack.
 * @param wanted value of `--stack`. @default - the only stack, or "dev"
 * @throws UsageError
 */
export async function chooseStack(program: Program, wanted: string | undefined): Promise<ProgramStack> {
    const names = await program.stackNames();
    const [only] = names.length === 1 ? names : [];
    const name = wanted ?? only ?? "dev";
    if (names.includes(name)) {
        return { name, program };
    }
    const list = names.join(", ");
    throw new UsageError(
        wanted === undefined
            ? `${program.file}: there are several stacks, but none is named dev; choose with --stack one of ${list}`
            : `stack "${wanted}" does not exist; ${suggestName(wanted, names, `${program.file} has the stacks ${list}`)}`,
    );
}

function programOf(path: string, config: TopologyConfig): Program {
    const file = shownPath(path);
    const folder = dirname(path);
    const call = <T>(name: string, stack: string, value: () => T | Promise<T>): Promise<T> =>
        callUserCode(path, `${name}(${JSON.stringify(stack)})`, value);
    return {
        file,
        folder,
        project: config.project ?? packageName(folder),
        ...(config.component !== undefined && { component: { aliases: [], ...config.component } }),
        stackNames: async () => {
            const { stacks } = config;
            return parseStackNames(
                typeof stacks === "function" ? await callUserCode(path, "stacks()", stacks) : stacks,
                `${file}: "stacks"`,
            );
        },
        topologyOf: async (stack) =>
            parseTopologyValue(
                await call("topologyOf", stack, () => withLocations(config, stack)),
                `${file}: topologyOf(${JSON.stringify(stack)})`,
            ),
        locate: async (stack) => {
            const { locate } = config;
            return locate === undefined ? () => undefined : await call("locate", stack, () => locate(stack));
        },
        brokerOf: async (stack) => {
            const { brokerOf } = config;
            const access = await call("brokerOf", stack, () => brokerOf?.(stack));
            if (access === undefined) {
                throw new UsageError(
                    `stack "${stack}": ${brokerOf === undefined ? `${file} has no brokerOf, so the broker is unknown` : "does not run"}; name its broker with --broker https://user@host:15671`,
                );
            }
            return parseAccess(access, `${file}: brokerOf(${JSON.stringify(stack)})`);
        },
        passwordsOf: async (stack) =>
            parsePasswords(
                (await call("passwordsOf", stack, () => config.passwordsOf?.(stack))) ?? {},
                `${file}: passwordsOf(${JSON.stringify(stack)})`,
            ),
    };
}

/** Calls topologyOf. Problems of the declaration get their line if the program can locate them. */
async function withLocations(config: TopologyConfig, stack: string): Promise<Topology> {
    try {
        return await config.topologyOf(stack);
    } catch (error) {
        const locate = await config.locate?.(stack);
        throw locate === undefined ? error : locatedError(error, locate);
    }
}

function packageName(folder: string): string {
    return nearestPackage(folder).name ?? basename(folder);
}
