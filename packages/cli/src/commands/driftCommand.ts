import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "@spot-messaging/topology";
import type { Digest } from "@spot-messaging/topology/definitions";
import { driftJson, driftLine, renderDriftMarkdown } from "@spot-messaging/topology/render";
import {
    type DeclaredPassword,
    type DriftReport,
    driftCount,
    driftReport,
} from "@spot-messaging/topology/review";
import { brokerOfInput } from "../input/brokerOfInput.ts";
import type { TopologyInput } from "../input/topologyFile.ts";
import { type InputOptions, readTopologyInput, requireVhost } from "../input/topologyInput.ts";
import type { CommandIo, CommandResult } from "../process/commandIo.ts";
import { withSlowNotice } from "../process/slowNotice.ts";
import { renderDrift } from "../render/drift.ts";
import { type OutputOptions, refuseTwoOutputs, writeFormats } from "../review/reviewOutput.ts";
import { watchDrift } from "./driftWatch.ts";
import { parseInterval } from "./interval.ts";

export interface DriftCommandOptions
    extends InputOptions,
        Pick<OutputOptions, "json" | "markdown" | "summary"> {
    readonly broker?: string;
    /** Users that operate the broker and need not be declared. */
    readonly operator?: readonly string[];
    /** Compares again at each interval. */
    readonly watch?: true;
    readonly interval: string;
}

/** How often a broker is read again until its statistics are new. */
const pauseMs = 2_000;

/**
 * Compares a live broker with what is declared for it.
 * @returns exit code 1 if something differs
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function findDrift(options: DriftCommandOptions, io: CommandIo): Promise<CommandResult> {
    refuseTwoOutputs(options);
    const interval = parseInterval(options.interval);
    const { vhost, ...whole } = options;
    const input = await readTopologyInput(whole, io);
    if (vhost !== undefined) {
        requireVhost(input.topology, vhost);
    }
    const broker = await brokerOfInput(options.broker, input, io.env);
    const passwords = await passwordsOf(input);
    const compare = async (): Promise<DriftReport> => {
        const { topology, reading } = await withSlowNotice(
            broker.read(vhost === undefined ? undefined : [vhost]),
            io.printError,
            `reading broker "${broker.endpoint}"`,
        );
        return driftReport({
            stack: input.stack?.name ?? "topology",
            declared: input.topology,
            live: topology,
            reading,
            operators: options.operator ?? [],
            passwords,
            digest,
            ...(vhost !== undefined && { vhost }),
            ...(input.isWithoutUsers === true && { isWithoutUsers: true }),
        });
    };
    const read = (): Promise<DriftReport> => settled(compare);
    if (options.watch === true) {
        refuseFiles(options);
        return await watchDrift({ read, interval, isJson: options.json !== undefined }, io);
    }
    const report = await read();
    return {
        output: await writeFormats(
            { json: options.json, markdown: options.markdown, summary: options.summary },
            {
                json: () => driftJson(report),
                markdown: () => renderDriftMarkdown(report),
                summary: () => driftLine(report),
                text: () => renderDrift(report, io.page),
            },
        ),
        exitCode: driftCount(report) === 0 ? 0 : 1,
    };
}

const digest: Digest = (algorithm, bytes) => createHash(algorithm).update(bytes).digest();

/** The passwords of the running stack, or those in the definitions. */
async function passwordsOf({
    stack,
    passwords,
}: TopologyInput): Promise<ReadonlyMap<string, DeclaredPassword>> {
    if (stack === undefined) {
        return passwords ?? new Map();
    }
    const known = await stack.program.passwordsOf(stack.name);
    return new Map([...known].map(([user, password]) => [user, { password }]));
}

/** A report whose findings from statistics are in every report until the statistics are new: older ones may be from before a change. */
async function settled(compare: () => Promise<DriftReport>): Promise<DriftReport> {
    const start = Date.now();
    let report = await compare();
    while (report.findings.some(({ maxAge }) => maxAge > Date.now() - start)) {
        await sleep(pauseMs);
        const known = new Set(report.findings.map(({ id }) => id));
        const next = await compare();
        report = {
            ...next,
            findings: next.findings.filter(({ id, maxAge }) => maxAge === 0 || known.has(id)),
        };
    }
    return report;
}

/** @throws UsageError if a file would be written again and again */
function refuseFiles({ json, markdown, summary }: DriftCommandOptions): void {
    const option =
        typeof json === "string" && json !== "-"
            ? "--json with a file"
            : markdown !== undefined
              ? "--markdown"
              : summary !== undefined
                ? "--summary"
                : undefined;
    if (option !== undefined) {
        throw new UsageError(
            `--watch and ${option} exclude each other; print changes with --watch, or one report without it`,
        );
    }
}
