import { readQueueNumbers } from "@spot-messaging/management";
import { type Queue, UsageError } from "@spot-messaging/topology";
import { messageHistory, parkingCauses, parkingQueues } from "@spot-messaging/topology/messages";
import type { Message } from "amqplib";
import type { TopologyInput } from "../input/topologyFile.ts";
import { readTopologyInput } from "../input/topologyInput.ts";
import { withBroker } from "../messages/brokerMessages.ts";
import { inexactHeader } from "../messages/inexactHeaders.ts";
import { liveQueues } from "../messages/liveQueues.ts";
import { lookAt } from "../messages/look.ts";
import { messageAccess } from "../messages/messageAccess.ts";
import { fileQueue, type MessageWriter, readMessages, writeMessages } from "../messages/messageFile.ts";
import { messageFilter } from "../messages/messageFilter.ts";
import { limitOf, maxLimit, parkingQueueNamed } from "../messages/messageOptions.ts";
import type { ParkedQueue } from "../messages/parkedQueue.ts";
import type { ExportReport } from "../messages/redriveReport.ts";
import { windowSize } from "../messages/redriveRun.ts";
import { parkedMessage } from "../messages/takenMessage.ts";
import type { CommandIo, CommandResult } from "../process/commandIo.ts";
import { renderExport } from "../render/redrive.ts";
import { type RedriveCommandOptions, redriveFrom, targetOf } from "./redriveCommand.ts";

export interface MessagesCommandOptions extends RedriveCommandOptions {
    readonly output?: string;
    readonly remove?: true;
}

/**
 * Writes messages of a parking queue into a file, or sends those of a file.
 * @returns exit code 1 if no message was chosen, or if one that was chosen stays
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function moveMessages(
    action: "export" | "import",
    name: string,
    options: MessagesCommandOptions,
    io: CommandIo,
): Promise<CommandResult> {
    const input = await readTopologyInput(options, io);
    return action === "export"
        ? await exportMessages(name, options, input, io)
        : await importMessages(name, options, input, io);
}

async function exportMessages(
    name: string,
    options: MessagesCommandOptions,
    input: TopologyInput,
    io: CommandIo,
): Promise<CommandResult> {
    const { output: file } = options;
    if (file === undefined) {
        throw new UsageError("messages export: no file is named; name a new one with --output");
    }
    const { topology } = input;
    const queue = parkingQueueNamed(topology, name, options.vhost);
    const limit = options.limit === undefined ? maxLimit : limitOf(options.limit);
    const batch = limitOf(options.batch, "--batch");
    const filter = messageFilter({ ...options, again: true }, Date.now());
    const causeOf = parkingCauses(topology);
    let inexact = 0;
    const isChosen = (raw: Message): boolean => {
        const message = parkedMessage(queue, raw);
        const history = messageHistory(message);
        if (filter(message, history, causeOf(message, history)) !== undefined) {
            return false;
        }
        // The file would have other headers, so such a message must not leave the queue.
        const isInexact = inexactHeader(message.headers) !== undefined;
        inexact += isInexact ? 1 : 0;
        return !isInexact;
    };
    const access = await messageAccess(options, input, io.env);
    const exported = await withBroker(access, queue.vhost, async (broker) => {
        const writer = writeMessages(file, queue);
        try {
            if (options.remove === true) {
                return await broker.use(queue, (opened) =>
                    moveOut(opened, writer, isChosen, { batch, limit }),
                );
            }
            let count = 0;
            await lookAt(broker, topology, queue, maxLimit, (_, raw) => {
                if (count < limit && isChosen(raw)) {
                    writer.add([raw]);
                    count += 1;
                }
            });
            return count;
        } finally {
            writer.close();
        }
    });
    const { vhost } = queue;
    const report: ExportReport = {
        vhost,
        queue: queue.name,
        file,
        exported,
        inexact,
        removed: options.remove === true,
    };
    return {
        output:
            options.json === true
                ? `${JSON.stringify(report, undefined, 4)}\n`
                : `${renderExport(report, io.page)}\n`,
        exitCode: exported > 0 && inexact === 0 ? 0 : 1,
    };
}

/** Takes messages away after they are on the disk. */
async function moveOut(
    opened: ParkedQueue,
    writer: MessageWriter,
    isChosen: (raw: Message) => boolean,
    { batch, limit }: { readonly batch: number; readonly limit: number },
): Promise<number> {
    let count = 0;
    let holding = 0;
    while (count < limit) {
        const taken = await opened.take(windowSize(batch, holding));
        if (taken.length === 0) {
            break;
        }
        const chosen = taken.filter(isChosen).slice(0, limit - count);
        writer.add(chosen);
        chosen.forEach(opened.acknowledge);
        count += chosen.length;
        holding += chosen.length < taken.length ? 1 : 0;
    }
    return count;
}

async function importMessages(
    file: string,
    options: MessagesCommandOptions,
    input: TopologyInput,
    io: CommandIo,
): Promise<CommandResult> {
    const content = await readMessages(file);
    const { topology } = input;
    const { vhost } = content;
    const access = await messageAccess(options, input, io.env);
    const live = liveQueues(access.username, vhost, await readQueueNumbers(access.api, [vhost]));
    const source: Pick<Queue, "vhost" | "name"> = { vhost, name: content.queue };
    const to = targetOf(topology, source, options);
    const target = topology.queues.find((each) => each.vhost === vhost && each.name === options.to);
    const keepsHeaders = target !== undefined && parkingQueues(topology).problemOf(target) === undefined;
    return await redriveFrom({
        plan: {
            topology,
            queue: source,
            filter: messageFilter({ ...options, ...(keepsHeaders && { again: true }) }, Date.now()),
            limit: options.limit === undefined ? maxLimit : limitOf(options.limit),
            live,
            keepsHeaders,
            ...(to !== undefined && { to }),
        },
        access,
        options,
        io,
        read: async (_broker, visit) => {
            for await (const raw of content.messages()) {
                visit(parkedMessage(source, raw));
            }
        },
        source: (opened) => fileQueue(content, opened),
    });
}
