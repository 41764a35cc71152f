import { managementApi, readBroker } from "@spot-messaging/management";
import { type PortableDefinitions, portableDefinitions } from "@spot-messaging/topology/definitions";
import { groupBy } from "@spot-messaging/topology/text";
import { type BackedUpQueue, type BackupContent, readBackup } from "../backup/backupContent.ts";
import type { RestoreReport } from "../backup/backupReport.ts";
import { readPassphrase } from "../backup/passphrase.ts";
import { type DefinitionsPlan, importDefinitions, planDefinitions } from "../backup/restoreDefinitions.ts";
import { problemOf, type RestoredQueue, restoreQueue } from "../backup/restoreMessages.ts";
import { answerOf } from "../input/liveBroker.ts";
import { topologyOfDefinitions } from "../input/topologyFile.ts";
import { readTopologyInput } from "../input/topologyInput.ts";
import { withBroker } from "../messages/brokerMessages.ts";
import { type MessageAccess, type MessageAccessOptions, messageAccess } from "../messages/messageAccess.ts";
import type { CommandIo, CommandResult } from "../process/commandIo.ts";
import { renderBackup, renderRestore } from "../render/backup.ts";
import { type Progress, progressOf } from "../render/progress.ts";
import { backupReport } from "./backupCommand.ts";

export interface RestoreCommandOptions extends MessageAccessOptions {
    readonly passphraseFile?: string;
    readonly verify?: true;
    readonly overwrite?: true;
    readonly yes?: true;
    readonly json?: true;
}

/** An import of many queues takes longer than other requests. */
const importTimeoutMs = 600_000;

/**
 * Restores a backup into a broker: what the broker does not have. Without `--yes`, shows what it would do; with `--verify` it only reads the file.
 * @returns exit code 1 if the broker does not have everything of the backup afterwards
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function restore(
    file: string,
    options: RestoreCommandOptions,
    io: CommandIo,
): Promise<CommandResult> {
    const content = readBackup(file, readPassphrase(options.passphraseFile, io.env));
    const isJson = options.json === true;
    if (options.verify === true) {
        const report = backupReport(file, content);
        return {
            output: isJson
                ? `${JSON.stringify(report, undefined, 4)}\n`
                : `${renderBackup(report, io.page)}\n`,
            exitCode: 0,
        };
    }
    const input = options.broker === undefined ? await readTopologyInput(options, io) : {};
    const access = await messageAccess(options, input, io.env);
    const progress = await progressOf(io);
    let report: RestoreReport;
    try {
        report = await restored(file, content, { access, options, progress });
    } finally {
        progress.close();
    }
    const isComplete =
        report.kept.every(({ isProblem }) => !isProblem) &&
        report.failed.length === 0 &&
        report.remarks.length === 0 &&
        report.queues.every(({ problem, inexact }) => problem === undefined && inexact === 0);
    return {
        output: isJson ? `${JSON.stringify(report, undefined, 4)}\n` : `${renderRestore(report, io.page)}\n`,
        exitCode: isComplete ? 0 : 1,
    };
}

interface Target {
    readonly access: MessageAccess;
    readonly options: RestoreCommandOptions;
    readonly progress: Progress;
}

async function restored(file: string, content: BackupContent, target: Target): Promise<RestoreReport> {
    const { access, options } = target;
    const { api, username, password } = access;
    const isDryRun = options.yes !== true;
    const { definitions: found, reading } = await answerOf(readBroker(api));
    const isAdministrator = reading.tags.includes("administrator");
    const mayImport = content.definitions !== undefined && isAdministrator;
    const plan: DefinitionsPlan = mayImport
        ? planDefinitions(
              content.definitions,
              portableDefinitions(found),
              username,
              options.overwrite === true,
          )
        : { added: [], replaced: [], kept: [], stray: [] };
    const read = async (): Promise<PortableDefinitions> =>
        portableDefinitions((await readBroker(api)).definitions);
    const failed =
        isDryRun || !mayImport
            ? []
            : await importDefinitions(
                  managementApi({ endpoint: api.endpoint, username, password, timeoutMs: importTimeoutMs }),
                  plan,
                  content.definitions,
                  read,
              );
    const comes = new Set(plan.added.filter(({ list }) => list === "queues").map(({ object }) => object));
    const isComing = ({ vhost, queue }: BackedUpQueue): boolean =>
        isDryRun && comes.has(`vhost "${vhost}": queue "${queue}"`);
    const queues = await restoreQueues(content, target, reading.tags.includes("impersonator"), isComing);
    return {
        file,
        dryRun: isDryRun,
        backup: content.broker,
        broker: { endpoint: api.endpoint, version: reading.version },
        added: plan.added.map(({ object }) => object),
        replaced: plan.replaced.map(({ object }) => object),
        kept: plan.kept.map(({ difference: { object, fields }, ...rest }) => ({ object, fields, ...rest })),
        stray: plan.stray.map(({ object }) => object),
        queues,
        remarks: remarksOf(content, username, isAdministrator, reading.version),
        failed: failed.map(({ object }) => object),
    };
}

function remarksOf(
    { broker, definitions, unread }: BackupContent,
    user: string,
    isAdministrator: boolean,
    version: string,
): readonly string[] {
    const series = (text: string): string => text.split(".").slice(0, 2).join(".");
    return [
        ...(series(version) === series(broker.version)
            ? []
            : [
                  `the backup is of RabbitMQ ${broker.version}, and the broker is ${version}: topology check --target ${series(version)} shows what differs`,
              ]),
        ...(definitions === undefined ? broker.unseen : []),
        ...(definitions !== undefined && !isAdministrator
            ? [`user "${user}" is not an administrator and may not import definitions and users`]
            : []),
        ...unread.map(
            ({ vhost, queue, problem }) =>
                `the backup does not have the messages of queue "${queue}" in vhost "${vhost}": ${problem}`,
        ),
    ];
}

/** @param isComing whether the import adds the queue, which a dry run does not have */
async function restoreQueues(
    content: BackupContent,
    { access, options, progress }: Target,
    isImpersonator: boolean,
    isComing: (queue: BackedUpQueue) => boolean,
): Promise<readonly RestoredQueue[]> {
    const full = content.queues.filter(({ count }) => count > 0);
    const total = full.reduce((sum, { count }) => sum + count, 0);
    const results: RestoredQueue[] = [];
    let done = 0;
    for (const [vhost, inside] of groupBy(full, (each) => each.vhost)) {
        const there = inside.filter((each) => !isComing(each));
        results.push(
            ...inside.filter(isComing).map(({ queue, count, inexact }) => ({
                ...{ vhost, queue, count, inexact },
                ...{ present: 0, restored: count - inexact },
            })),
        );
        if (there.length === 0) {
            continue;
        }
        const { topology } = topologyOfDefinitions(
            (await answerOf(readBroker(access.api, [vhost]))).definitions,
            access.api.endpoint,
        );
        try {
            await withBroker(access, vhost, async (broker) => {
                for (const entry of there) {
                    const result = await restoreQueue({
                        ...{ broker, topology, entry, isImpersonator },
                        user: access.username,
                        isDryRun: options.yes !== true,
                        messages: () => content.messagesOf(entry),
                        progress: (restored) => {
                            progress.show(`messages into "${entry.queue}"`, done + restored, total);
                        },
                        ended: progress.ended,
                    }).catch((error: unknown): RestoredQueue => failedQueue(entry, error));
                    results.push(result);
                    done += entry.count;
                }
            });
        } catch (error) {
            const tried = new Set(results.flatMap((each) => (each.vhost === vhost ? [each.queue] : [])));
            results.push(
                ...there.filter(({ queue }) => !tried.has(queue)).map((each) => failedQueue(each, error)),
            );
        }
    }
    return results;
}

/** @throws unless the user can correct it */
function failedQueue({ vhost, queue, count }: BackedUpQueue, error: unknown): RestoredQueue {
    return { vhost, queue, count, present: 0, restored: 0, inexact: 0, problem: problemOf(error) };
}
