import { readQueueNumbers } from "@spot-messaging/management";
import { type Queue, type Topology, UsageError } from "@spot-messaging/topology";
import type { RedriveTarget } from "@spot-messaging/topology/messages";
import { targetOfQueue } from "@spot-messaging/topology/messages";
import { readTopologyInput } from "../input/topologyInput.ts";
import { openAuditLog } from "../messages/auditLog.ts";
import { type BrokerMessages, withBroker } from "../messages/brokerMessages.ts";
import { liveQueues } from "../messages/liveQueues.ts";
import { lookAt } from "../messages/look.ts";
import { type MessageAccess, type MessageAccessOptions, messageAccess } from "../messages/messageAccess.ts";
import { type FilterOptions, messageFilter } from "../messages/messageFilter.ts";
import { limitOf, maxLimit, parkingQueueNamed } from "../messages/messageOptions.ts";
import { pace } from "../messages/pace.ts";
import {
    decisions,
    type RedrivePlan,
    type RedriveResult,
    runRedrive,
    Tally,
} from "../messages/redriveRun.ts";
import type { CommandIo, CommandResult } from "../process/commandIo.ts";
import { progressOf } from "../render/progress.ts";
import { renderRedrive } from "../render/redrive.ts";
import { exchangeNamed, queueNamed } from "./namedObject.ts";

export interface RedriveCommandOptions extends MessageAccessOptions, FilterOptions {
    readonly to?: string;
    readonly toExchange?: string;
    readonly toKey?: string;
    readonly limit?: string;
    readonly rate?: string;
    readonly batch: string;
    readonly audit?: string;
    readonly yes?: true;
    readonly json?: true;
}

/** A redrive, for a person and for machines. */
export interface RedriveReport extends RedriveResult {
    readonly vhost: string;
    readonly queue: string;
    readonly dryRun: boolean;
    /** The id of the run, and the file with what it did. @default - a dry run */
    readonly run?: string;
    readonly audit?: string;
}

/**
 * Sends messages of a parking queue back to where they came from, or with `--to` elsewhere. Without `--yes`, shows what it would do.
 * @returns exit code 1 if no message was chosen, or if one that was chosen stays
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function redriveMessages(
    name: string,
    options: RedriveCommandOptions,
    io: CommandIo,
): Promise<CommandResult> {
    const batch = limitOf(options.batch, "--batch");
    const rate = options.rate === undefined ? undefined : limitOf(options.rate, "--rate");
    const limit = options.limit === undefined ? maxLimit : limitOf(options.limit);
    const filter = messageFilter(options, Date.now());
    const input = await readTopologyInput(options, io);
    const { topology } = input;
    const queue = parkingQueueNamed(topology, name, options.vhost);
    const to = targetOf(topology, queue, options);
    const access = await messageAccess(options, input, io.env);
    const numbers = await readQueueNumbers(access.api, [queue.vhost]);
    const live = liveQueues(access.username, queue.vhost, numbers);
    const plan: RedrivePlan = { topology, queue, filter, limit, live, ...(to !== undefined && { to }) };
    const report = await withBroker(access, queue.vhost, async (broker) =>
        options.yes === true
            ? await redrive(broker, plan, access, { ...options, rate, batch }, io)
            : await rehearse(broker, plan),
    );
    const isSent = report.sent.length > 0;
    const isProblem = report.stopped !== undefined || report.kept.some((each) => each.isProblem);
    return {
        output:
            options.json === true
                ? `${JSON.stringify(report, undefined, 4)}\n`
                : `${renderRedrive(report, io.page)}\n`,
        exitCode: isSent && !isProblem ? 0 : 1,
    };
}

/**
 * Where `--to`, or `--to-exchange` and `--to-key`, send all messages.
 * @throws UsageError
 */
function targetOf(
    topology: Topology,
    { vhost }: Queue,
    { to, toExchange, toKey }: RedriveCommandOptions,
): RedriveTarget | undefined {
    if (to !== undefined && toExchange !== undefined) {
        throw new UsageError("--to and --to-exchange exclude each other; give one of them");
    }
    if ((toExchange === undefined) !== (toKey === undefined)) {
        throw new UsageError("--to-exchange and --to-key belong together; give both");
    }
    if (to !== undefined) {
        const { name, type } = queueNamed(topology, to, vhost);
        return type === "stream" ? { exchange: "", routingKey: name, queue: name } : targetOfQueue(topology, vhost, name);
    }
    return toExchange === undefined
        ? undefined
        : { exchange: exchangeNamed(topology, toExchange, vhost).name, routingKey: toKey ?? "" };
}

async function rehearse(broker: BrokerMessages, plan: RedrivePlan): Promise<RedriveReport> {
    const { topology, queue } = plan;
    const decide = decisions(plan);
    const tally = new Tally();
    const look = await lookAt(broker, topology, queue, maxLimit, (message) => {
        if (tally.sent < plan.limit) {
            const decision = decide(message);
            if ("target" in decision) {
                tally.send(decision.target);
            } else {
                tally.keep(decision.reason, decision.isProblem);
            }
        }
    });
    return { vhost: queue.vhost, queue: queue.name, dryRun: true, ...tally.result(look.total) };
}

async function redrive(
    broker: BrokerMessages,
    plan: RedrivePlan,
    { username, api }: MessageAccess,
    options: Omit<RedriveCommandOptions, "rate" | "batch"> & { readonly rate: number | undefined; readonly batch: number },
    io: CommandIo,
): Promise<RedriveReport> {
    const { queue } = plan;
    const audit = openAuditLog(options.audit);
    const progress = await progressOf(io);
    const place = { vhost: queue.vhost, queue: queue.name };
    const { reason, error, from, key, header, id, olderThan, newerThan, again } = options;
    audit.add({
        event: "start",
        ...place,
        broker: api.endpoint,
        user: username,
        filter: { reason, error, from, key, header, id, olderThan, newerThan, again },
        to: plan.to,
    });
    let result: RedriveResult | undefined;
    try {
        result = await broker.use(queue, async (opened) =>
            await runRedrive(opened, {
                plan,
                username,
                audit,
                pace: pace(options.rate, options.batch),
                progress: (tally, total) => {
                    progress.show(`sent ${tally.sent}, kept ${tally.kept}`, tally.sent + tally.kept, total);
                },
                ended: progress.ended,
            }),
        );
    } finally {
        progress.close();
        audit.add({ event: "end", ...place, ...(result ?? { stopped: "the broker was lost" }) });
        audit.close();
    }
    return { ...place, dryRun: false, run: audit.run, audit: audit.file, ...result };
}
