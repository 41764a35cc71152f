import {
    type KnownVersion,
    knownVersions,
    type Topology,
    UsageError,
    usersOf,
} from "@spot-messaging/topology";
import { quoted, suggestName } from "@spot-messaging/topology/text";
import { chooseStack, loadProgram, type ProgramOptions } from "../config/program.ts";
import type { InputIo } from "../process/commandIo.ts";
import { isBrokerUrl } from "./brokerUrl.ts";
import { readTopologyFile, type TopologyInput } from "./topologyFile.ts";

/** The options of every command that select the topology. */
export interface InputOptions extends ProgramOptions {
    readonly stack?: string;
    readonly file?: string;
    readonly definitions?: string;
    readonly vhost?: string;
    readonly target?: KnownVersion;
}

/**
 * Reads what the options select: a stack of the program, a file, standard input, or a live broker.
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function readTopologyInput(
    options: InputOptions,
    { env, stdin, importModule }: InputIo,
): Promise<TopologyInput> {
    const { stack, file, definitions, vhost, target } = options;
    const given = Object.entries({ stack, file, definitions }).filter(([, value]) => value !== undefined);
    if (given.length > 1) {
        throw new UsageError(
            `${given.map(([key]) => `--${key}`).join(" and ")} exclude each other; give one of them`,
        );
    }
    if (target !== undefined && !knownVersions.includes(target)) {
        throw new UsageError(`--target "${target}" is unknown; choose from ${knownVersions.join(", ")}`);
    }
    const place = file ?? definitions;
    const input =
        place === undefined
            ? await readStackTopology(options, importModule)
            : isBrokerUrl(place)
              ? await readLiveTopology(place, env)
              : await readTopologyFile(place, stdin);
    const named = place === undefined ? input : { ...input, place };
    if (vhost === undefined) {
        return named;
    }
    const { topology, importCheck } = input;
    return {
        ...named,
        topology: onlyVhost(topology, vhost),
        ...(importCheck !== undefined && { importCheck: (version) => importCheck(version, vhost) }),
    };
}

/** The options of a command that can read every stack of the program together. */
export interface AllStacksOptions extends InputOptions {
    readonly allStacks?: true;
}

/**
 * Reads what the options select: one topology, or every stack of the program.
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function readTopologyInputs(
    { allStacks, ...options }: AllStacksOptions,
    io: InputIo,
): Promise<readonly TopologyInput[]> {
    if (allStacks !== true) {
        return [await readTopologyInput(options, io)];
    }
    const other = (["stack", "file", "definitions"] as const).find((each) => options[each] !== undefined);
    if (other !== undefined) {
        throw new UsageError(`--all-stacks and --${other} exclude each other; give one of them`);
    }
    const names = await (await loadProgram(options, io.importModule)).stackNames();
    return await Promise.all(names.map((stack) => readTopologyInput({ ...options, stack }, io)));
}

/** Loaded only if it is needed, because the client of the management API loads slowly. */
async function readLiveTopology(url: string, env: InputIo["env"]): Promise<TopologyInput> {
    const { readBrokerTopology } = await import("./liveBroker.ts");
    return await readBrokerTopology(url, env);
}

/**
 * The topology of one of the program's stacks.
 * @throws UsageError
 */
async function readStackTopology(
    { stack: wanted, ...options }: InputOptions,
    importModule: InputIo["importModule"],
): Promise<TopologyInput> {
    const stack = await chooseStack(await loadProgram(options, importModule), wanted);
    const { name, program } = stack;
    return {
        topology: await program.topologyOf(name),
        findings: [],
        locate: await program.locate(name),
        stack,
    };
}

/** The part of a topology in one virtual host. Users stay, except for those that only services of other virtual hosts use. */
function onlyVhost(topology: Topology, name: string): Topology {
    requireVhost(topology, name);
    const inside = (each: { readonly vhost: string }): boolean => each.vhost === name;
    const services = topology.services.filter(inside);
    const usedHere = new Set(services.flatMap(usersOf));
    const used = new Set(topology.services.flatMap(usersOf));
    return {
        ...topology,
        vhosts: topology.vhosts.filter((each) => each.name === name),
        exchanges: topology.exchanges.filter(inside),
        queues: topology.queues.filter(inside),
        bindings: topology.bindings.filter(inside),
        policies: topology.policies.filter(inside),
        operatorPolicies: topology.operatorPolicies.filter(inside),
        permissions: topology.permissions.filter(inside),
        topicPermissions: topology.topicPermissions.filter(inside),
        users: topology.users.filter((each) => usedHere.has(each.name) || !used.has(each.name)),
        services,
        retries: topology.retries.filter(inside),
        ...(topology.exclusiveQueues !== undefined && {
            exclusiveQueues: topology.exclusiveQueues.filter(inside),
        }),
    };
}

/** @throws UsageError if a topology does not have the virtual host */
export function requireVhost(topology: Topology, name: string): void {
    const names = topology.vhosts.map((each) => each.name);
    if (!names.includes(name)) {
        throw new UsageError(
            `virtual host "${name}" does not exist; ${suggestName(name, names, `there are ${quoted(names) || "none"}`)}`,
        );
    }
}
