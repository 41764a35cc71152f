import { knownVersions } from "@spot-messaging/topology";
import { federationOf, linksOf } from "@spot-messaging/topology/broker";
import type { Command } from "commander";
import { candidates, type FindValues, type Given } from "../completion/candidates.ts";
import { loadProgram } from "../config/program.ts";
import { isBrokerUrl } from "../input/brokerUrl.ts";
import { readTopologyInput } from "../input/topologyInput.ts";
import { type KindName, kindNames } from "../list/kindNames.ts";
import { tables } from "../list/kinds.ts";
import type { InputIo } from "../process/commandIo.ts";

/** Prints the completions of the last word. Errors are not printed, because they would appear in the line that the user types. */
export async function completeWords(root: Command, words: readonly string[], io: InputIo): Promise<string> {
    const found = await candidates(root, words, valueFinder(io));
    return found
        .filter(({ value }) => isOneLine(value))
        .map(({ value, description }) => `${value}\t${description}`.trimEnd())
        .map((line) => `${line}\n`)
        .join("");
}

/** A name with a line end or a tab would look like two candidates. */
function isOneLine(value: string): boolean {
    return !/[\t\n\r]/u.test(value);
}

function valueFinder(io: InputIo): FindValues {
    return async (kind, given) => {
        try {
            switch (kind) {
                case "versions":
                    return knownVersions;
                case "stacks":
                    return await (await loadProgram(configOf(given), io.importModule)).stackNames();
                case "columns":
                    return await columnIds(given, io);
                case "queues":
                case "exchanges":
                case "shovels":
                case "upstreams":
                case "users":
                case "vhosts":
                    return await objectNames(kind, given, io);
            }
        } catch {
            return [];
        }
    };
}

function configOf({ options }: Given): { readonly config?: string } {
    const config = options.get("config");
    return config === undefined ? {} : { config };
}

/** A live broker is not queried, because the answer would come too late. */
async function topologyOf(given: Given, io: InputIo) {
    const { options } = given;
    const optional = (name: string): object => {
        const value = options.get(name);
        return value === undefined ? {} : { [name]: value };
    };
    const place = options.get("file") ?? options.get("definitions") ?? "";
    if (place === "-" || isBrokerUrl(place)) {
        return undefined;
    }
    const input = {
        ...configOf(given),
        ...optional("stack"),
        ...optional("file"),
        ...optional("definitions"),
    };
    return (await readTopologyInput(input, io)).topology;
}

async function objectNames(
    kind: "queues" | "exchanges" | "shovels" | "upstreams" | "users" | "vhosts",
    given: Given,
    io: InputIo,
): Promise<readonly string[]> {
    const topology = await topologyOf(given, io);
    const vhost = given.options.get("vhost");
    const objects: readonly { readonly name: string; readonly vhost?: string }[] =
        topology === undefined
            ? []
            : kind === "shovels"
              ? linksOf(topology).shovels
              : kind === "upstreams"
                ? federationOf(topology).upstreams
                : topology[kind];
    const names = objects
        .filter((each) => each.vhost === undefined || vhost === undefined || each.vhost === vhost)
        .map(({ name }) => name);
    return [...new Set(names)];
}

async function columnIds(given: Given, io: InputIo): Promise<readonly string[]> {
    const [kind] = given.arguments;
    const topology = isKindName(kind) ? await topologyOf(given, io) : undefined;
    return topology === undefined || !isKindName(kind)
        ? []
        : tables[kind]({ topology, numbers: [] }).columns.map(({ id }) => id);
}

function isKindName(text: string | undefined): text is KindName {
    return kindNames.some((each) => each === text);
}
