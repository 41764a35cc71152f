import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseDuration, UsageError, UserError } from "@spot-messaging/topology";
import { type Drain, planMigration } from "@spot-messaging/topology/migrate";
import { writeSnapshot } from "@spot-messaging/topology/review";
import { quoted } from "@spot-messaging/topology/text";
import { amqpFault } from "../amqp/amqpFault.ts";
import { parseBrokerUrl } from "../input/brokerUrl.ts";
import { writeText } from "../input/textFile.ts";
import { migrationBroker } from "../migrate/migrationBroker.ts";
import { type PlannedMigration, readPlan, refuseProblems, writePlan } from "../migrate/planFile.ts";
import { MigrationBlocked } from "../migrate/queueRemoval.ts";
import {
    type RunResult,
    type RunSettings,
    readPosition,
    runStages,
    undoStages,
} from "../migrate/runMigration.ts";
import type { CommandIo, CommandResult } from "../process/commandIo.ts";
import { migrationJson, renderBlocked, renderPlan, renderPosition } from "../render/migration.ts";
import { pairStacks } from "../review/pairStacks.ts";
import { readSides } from "../review/readSides.ts";

/** What `topology migrate` does. */
export type MigrateAction = "plan" | "run" | "status" | "undo";

export interface MigrateCommandOptions {
    readonly config?: string;
    readonly base?: string;
    readonly head?: string;
    readonly stack?: string;
    readonly drain?: Drain;
    readonly rename?: readonly string[];
    readonly output: string;
    readonly stages?: string;
    readonly broker?: string;
    readonly amqp?: string;
    readonly apply?: true;
    readonly cancelConsumers?: true;
    readonly discard?: readonly string[];
    readonly wait: string;
    readonly json?: true;
}

/**
 * Plans a migration, carries it out, shows how far it is, or takes it back.
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function migrateTopology(
    action: MigrateAction,
    file: string | undefined,
    options: MigrateCommandOptions,
    io: CommandIo,
): Promise<CommandResult> {
    if (action === "plan") {
        if (file !== undefined) {
            throw new UsageError(`plan reads no file; name the two topologies with --base and --head`);
        }
        return await planChange(options, io);
    }
    const planned = await readPlan(file ?? options.output, io.stdin);
    const settings = runSettings(planned, options, io);
    try {
        if (action === "status") {
            return resultOf(action, planned, await readPosition(settings), options, io);
        }
        if (action === "undo") {
            if (options.apply !== true) {
                throw new UsageError(
                    "undo changes the broker only with --apply; without it, apply the stages in the opposite order: topology migrate status shows the current one",
                );
            }
            return resultOf(action, planned, await undoStages(settings), options, io);
        }
        const reached = await runStages(settings, options.apply === true ? "end" : "next");
        return resultOf(action, planned, reached, options, io);
    } catch (error) {
        if (error instanceof MigrationBlocked) {
            return { output: `${renderBlocked(error.message, io.page)}\n`, exitCode: 1 };
        }
        throw error instanceof UserError ? error : amqpFault(error, settings.broker.api.endpoint);
    }
}

async function planChange(options: MigrateCommandOptions, io: CommandIo): Promise<CommandResult> {
    const { base, output, stages } = options;
    if (base === undefined) {
        throw new UsageError("the topology before the change is missing; name it with --base");
    }
    const paired = pairStacks(await readSides({ ...options, base }, io), options.stack);
    const problems = [...paired.problems, ...paired.unread.flatMap((each) => each.problems)];
    if (problems.length > 0) {
        throw new UsageError(problems.map(({ text }) => text).join("\n"));
    }
    const changed = paired.stacks.flatMap(({ stack, before, after }) =>
        before === undefined || after === undefined ? [] : [{ stack, before, after }],
    );
    const [only, ...others] = changed;
    if (only === undefined || others.length > 0) {
        throw new UsageError(
            only === undefined
                ? "no stack has two versions to migrate between; name them with --base and --head"
                : `a plan is for one stack, and there are ${quoted(changed.map(({ stack }) => stack))}; choose one with --stack`,
        );
    }
    const renames = Object.fromEntries((options.rename ?? []).map(renameOf));
    const { drain } = options;
    const plan = planMigration(only.before, only.after, {
        ...(drain !== undefined && { drain }),
        renames: new Map(Object.entries(renames)),
    });
    refuseProblems(plan);
    const planned = { stack: only.stack, plan, renames, ...(drain !== undefined && { drain }) };
    // Also without migrations, so that no plan of another change is left in its place.
    await writeText(output, writePlan(planned));
    if (stages !== undefined) {
        await mkdir(stages, { recursive: true });
        for (const [index, { id, topology }] of plan.stages.entries()) {
            await writeText(join(stages, `${index + 1}-${id}.json`), writeSnapshot(topology, only.stack));
        }
    }
    return {
        output:
            options.json === true
                ? jsonText(migrationJson(planned))
                : `${renderPlan(planned, output, io.page)}\n`,
        exitCode: 0,
    };
}

function renameOf(text: string): readonly [string, string] {
    const [, from, to] = /^([^=]+)=(.+)$/su.exec(text) ?? [];
    if (from === undefined || to === undefined) {
        throw new UsageError(`--rename "${text}" is not a rename; write it as OLD=NEW`);
    }
    return [from, to];
}

function runSettings({ plan }: PlannedMigration, options: MigrateCommandOptions, io: CommandIo): RunSettings {
    if (options.broker === undefined) {
        throw new UsageError("the broker is missing; name it with --broker https://user@host:15671");
    }
    const waitMs = parseDuration(options.wait);
    if (waitMs === undefined) {
        throw new UsageError(`--wait "${options.wait}" is not a duration; write one such as "10 minutes"`);
    }
    return {
        plan,
        broker: migrationBroker(parseBrokerUrl(options.broker, io.env), options.amqp),
        cancelConsumers: options.cancelConsumers === true,
        discard: new Set(options.discard),
        waitMs,
        report: (text) => {
            io.printError(`${text}\n`);
        },
    };
}

function resultOf(
    action: MigrateAction,
    planned: PlannedMigration,
    result: RunResult,
    options: MigrateCommandOptions,
    io: CommandIo,
): CommandResult {
    const { position } = result;
    return {
        output:
            options.json === true
                ? jsonText(migrationJson(planned, result))
                : `${renderPosition(planned, result, action, io.page)}\n`,
        exitCode: position.changed.length > 0 ? 1 : 0,
    };
}

function jsonText(value: object): string {
    return `${JSON.stringify(value, undefined, 4)}\n`;
}
