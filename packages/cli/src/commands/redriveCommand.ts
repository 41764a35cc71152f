import { readQueueNumbers } from "@spot-messaging/management";
import { type Queue, type Topology, UsageError } from "@spot-messaging/topology";
import type { ParkedMessage, RedriveTarget } from "@spot-messaging/topology/messages";
import { targetOfQueue } from "@spot-messaging/topology/messages";
import { readTopologyInput } from "../input/topologyInput.ts";
import { openAuditLog } from "../messages/auditLog.ts";
import { type BrokerMessages, withBroker } from "../messages/brokerMessages.ts";
import { liveQueues } from "../messages/liveQueues.ts";
import { lookAt } from "../messages/look.ts";
import { type MessageAccess, type MessageAccessOptions, messageAccess } from "../messages/messageAccess.ts";
import { type FilterOptions, messageFilter } from "../messages/messageFilter.ts";
import { limitOf, maxLimit, parkingQueueNamed } from "../messages/messageOptions.ts";
import { type Pace, pace } from "../messages/pace.ts";
import type { RedriveReport } from "../messages/redriveReport.ts";
import {
    beyondLimit,
    decisions,
    type MessageSource,
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
    const filter = messageFilter(options, Date.now());
    const input = await readTopologyInput(options, io);
    const { topology } = input;
    const queue = parkingQueueNamed(topology, name, options.vhost);
    const to = targetOf(topology, queue, options);
    const access = await messageAccess(options, input, io.env);
    const numbers = await readQueueNumbers(access.api, [queue.vhost]);
    const live = liveQueues(access.username, queue.vhost, numbers);
    const limit = options.limit === undefined ? maxLimit : limitOf(options.limit);
    const plan: RedrivePlan = { topology, queue, filter, limit, live, ...(to !== undefined && { to }) };
    return await redriveFrom({
        plan,
        access,
        options,
        io,
        read: (broker, visit) => lookAt(broker, topology, queue, maxLimit, visit),
        source: (opened) => opened,
    });
}

/** A redrive from a queue, or from another source. */
interface Redrive {
    readonly plan: RedrivePlan;
    readonly access: MessageAccess;
    readonly options: RedriveCommandOptions;
    readonly io: CommandIo;
    /** Visits every message without taking it. */
    readonly read: (broker: BrokerMessages, visit: (message: ParkedMessage) => void) => Promise<unknown>;
    /** Where the messages are taken from, given the opened queue. */
    readonly source: (opened: MessageSource) => MessageSource;
}

/** Sends the messages of a plan, or without `--yes` shows what it would do. */
export async function redriveFrom(redrive: Redrive): Promise<CommandResult> {
    const { plan, access, options, io } = redrive;
    const batch = limitOf(options.batch, "--batch");
    const rate = options.rate === undefined ? undefined : limitOf(options.rate, "--rate");
    const { vhost, name } = plan.queue;
    const report: RedriveReport = await withBroker(access, vhost, async (broker) => ({
        vhost,
        queue: name,
        dryRun: options.yes !== true,
        ...(options.yes === true
            ? await send(broker, redrive, pace(rate, batch))
            : await rehearse(broker, redrive)),
    }));
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
export function targetOf(
    topology: Topology,
    { vhost }: Pick<Queue, "vhost">,
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
        return type === "stream"
            ? { exchange: "", routingKey: name, queue: name }
            : targetOfQueue(topology, vhost, name);
    }
    return toExchange === undefined
        ? undefined
        : { exchange: exchangeNamed(topology, toExchange, vhost).name, routingKey: toKey ?? "" };
}

async function rehearse(broker: BrokerMessages, { plan, read }: Redrive): Promise<RedriveResult> {
    const decide = decisions(plan);
    const tally = new Tally();
    await read(broker, (message) => {
        const decision = tally.sent < plan.limit ? decide(message) : beyondLimit;
        if ("target" in decision) {
            tally.send(decision.target);
        } else {
            tally.keep(decision.reason, decision.isProblem);
        }
    });
    return tally.result(tally.sent + tally.kept);
}

async function send(
    broker: BrokerMessages,
    { plan, access, options, io, source }: Redrive,
    speed: Pace,
): Promise<RedriveResult & Pick<RedriveReport, "run" | "audit">> {
    const audit = openAuditLog(options.audit);
    const progress = await progressOf(io);
    const { reason, error, from, key, header, id, olderThan, newerThan, again } = options;
    const place = { vhost: plan.queue.vhost, queue: plan.queue.name };
    audit.add({
        event: "start",
        ...place,
        broker: access.api.endpoint,
        user: access.username,
        filter: { reason, error, from, key, header, id, olderThan, newerThan, again },
        to: plan.to,
    });
    let result: RedriveResult | undefined;
    try {
        result = await broker.use(
            plan.queue,
            async (opened) =>
                await runRedrive(source(opened), {
                    plan,
                    username: access.username,
                    audit,
                    pace: speed,
                    progress: (tally, total) => {
                        progress.show(
                            `sent ${tally.sent}, kept ${tally.kept}`,
                            tally.sent + tally.kept,
                            total,
                        );
                    },
                    ended: progress.ended,
                }),
        );
    } finally {
        progress.close();
        audit.add({ event: "end", ...place, ...(result ?? { stopped: "the broker was lost" }) });
        audit.close();
    }
    return { run: audit.run, audit: audit.file, ...result };
}
