import { existsSync } from "node:fs";
import { readBroker, readQueueNumbers } from "@spot-messaging/management";
import { objectKey, type Queue, type Topology, UsageError } from "@spot-messaging/topology";
import type { BrokerReading } from "@spot-messaging/topology/broker";
import { type PortableDefinitions, portableDefinitions } from "@spot-messaging/topology/definitions";
import { parkingQueues } from "@spot-messaging/topology/messages";
import type { BackedUpBroker, BackupContent } from "../backup/backupContent.ts";
import type { BackupReport, ObjectCounts } from "../backup/backupReport.ts";
import { type BackupPlan, partialName, runBackup } from "../backup/backupRun.ts";
import { readPassphrase } from "../backup/passphrase.ts";
import { answerOf } from "../input/liveBroker.ts";
import { topologyOfDefinitions } from "../input/topologyFile.ts";
import { readTopologyInput } from "../input/topologyInput.ts";
import { type MessageAccess, type MessageAccessOptions, messageAccess } from "../messages/messageAccess.ts";
import type { CommandIo, CommandResult } from "../process/commandIo.ts";
import { renderBackup } from "../render/backup.ts";
import { progressOf } from "../render/progress.ts";

export interface BackupCommandOptions extends MessageAccessOptions {
    readonly passphraseFile?: string;
    readonly dryRun?: true;
    readonly json?: true;
}

/**
 * Writes the definitions, the users and the messages of the parking queues of a broker into one encrypted file.
 * @returns exit code 1 if something is not in the file: the user may not see it, or a queue could not be read
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function backUp(
    file: string,
    options: BackupCommandOptions,
    io: CommandIo,
): Promise<CommandResult> {
    const passphrase = options.dryRun === true ? "" : readPassphrase(options.passphraseFile, io.env);
    if (existsSync(file)) {
        throw new UsageError(`file "${file}" exists; name a new file`);
    }
    const input = await readTopologyInput(options, io);
    const access = await messageAccess(options, input, io.env);
    const plan = await backupPlan(input.topology, access);
    const report =
        options.dryRun === true
            ? await rehearsal(file, plan, access)
            : await written(file, passphrase, plan, access, io);
    const isComplete =
        report.stopped === undefined &&
        report.unread.length === 0 &&
        report.broker.unseen.length === 0 &&
        report.queues.every(({ inexact }) => inexact === 0);
    return {
        output:
            options.json === true
                ? `${JSON.stringify(report, undefined, 4)}\n`
                : `${renderBackup(report, io.page)}\n`,
        exitCode: isComplete ? 0 : 1,
    };
}

async function written(
    file: string,
    passphrase: string,
    plan: BackupPlan,
    access: MessageAccess,
    io: CommandIo,
): Promise<BackupReport> {
    const progress = await progressOf(io);
    try {
        const content = await runBackup(file, passphrase, plan, access, progress);
        return content === undefined ? interrupted(file, plan) : backupReport(file, content);
    } catch (error) {
        if (existsSync(partialName(file))) {
            io.printError(
                `file "${partialName(file)}" has what was read so far; repeat the command to go on\n`,
            );
        }
        throw error;
    } finally {
        progress.close();
    }
}

/** What a complete backup contains. */
export function backupReport(file: string, content: BackupContent): BackupReport {
    const { broker, definitions, queues, unread, size } = content;
    return {
        file,
        dryRun: false,
        broker,
        queues: queues.map(({ vhost, queue, count, inexact }) => ({ vhost, queue, count, inexact })),
        unread,
        size,
        ...(definitions !== undefined && { objects: countsOf(definitions) }),
    };
}

function countsOf(definitions: PortableDefinitions): ObjectCounts {
    return Object.fromEntries(Object.entries(definitions).map(([list, each]) => [list, each.length]));
}

function interrupted(file: string, { broker }: BackupPlan): BackupReport {
    return {
        file,
        dryRun: false,
        broker,
        queues: [],
        unread: [],
        stopped: `it was interrupted; file "${partialName(file)}" has what was read so far: repeat the command to go on`,
    };
}

async function rehearsal(
    file: string,
    { broker, definitions, queues }: BackupPlan,
    { api }: MessageAccess,
): Promise<BackupReport> {
    const numbers = await readQueueNumbers(api, [...new Set(queues.map(({ vhost }) => vhost))]);
    const ready = new Map(numbers.map((each) => [objectKey(each), each.ready ?? 0]));
    return {
        file,
        dryRun: true,
        broker,
        queues: queues.map((queue) => ({
            vhost: queue.vhost,
            queue: queue.name,
            count: ready.get(objectKey(queue)) ?? 0,
            inexact: 0,
        })),
        unread: [],
        ...(definitions !== undefined && { objects: countsOf(definitions) }),
    };
}

async function backupPlan(declared: Topology, { api, username }: MessageAccess): Promise<BackupPlan> {
    const { definitions, reading } = await answerOf(readBroker(api));
    const overview = await answerOf(api.overview());
    const live = topologyOfDefinitions(definitions, api.endpoint).topology;
    const isAdministrator = reading.tags.includes("administrator");
    const broker: BackedUpBroker = {
        endpoint: api.endpoint,
        cluster: overview.cluster_name,
        version: reading.version,
        user: username,
        at: new Date().toISOString(),
        unseen: unseenOf(reading, isAdministrator),
    };
    return {
        broker,
        topology: live,
        queues: presentQueues(declared, live),
        ...(isAdministrator && { definitions: portableDefinitions(definitions) }),
    };
}

/**
 * The parking queues that the broker has: those that the program declares, and those that its definitions show. Definitions do not show that a
 * queue keeps unroutable messages.
 */
function presentQueues(declared: Topology, live: Topology): readonly Queue[] {
    const keys = new Set([...parkingQueues(declared).all(), ...parkingQueues(live).all()].map(objectKey));
    return live.queues.filter((each) => each.type !== "stream" && keys.has(objectKey(each)));
}

function unseenOf({ user, closedVhosts }: BrokerReading, isAdministrator: boolean): readonly string[] {
    return [
        ...(isAdministrator
            ? []
            : [
                  `user "${user}" is not an administrator and may not see definitions, users and password hashes: they are not in the backup`,
              ]),
        ...closedVhosts.map(
            (vhost) =>
                `user "${user}" may not see virtual host "${vhost}": its messages are not in the backup`,
        ),
    ];
}
