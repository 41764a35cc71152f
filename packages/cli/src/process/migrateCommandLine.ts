import { Argument, type Command, Option } from "commander";
import type { MigrateAction, MigrateCommandOptions } from "../commands/migrateCommand.ts";
import { type CommandIo, type CommandResult, passwordVariable } from "./commandIo.ts";
import { migrateHelp } from "./helpTexts.ts";

/** Here and not read from the command, whose modules the help does not need. */
const actions: readonly MigrateAction[] = ["plan", "run", "status", "undo"];

/** Adds the options and the action of `topology migrate`. */
export function addMigrate(command: Command, io: CommandIo, finish: (result: CommandResult) => void): void {
    command
        .description("replace, rename, move and delete queues and exchanges without losing a message")
        .addArgument(new Argument("<action>", "what to do").choices(actions))
        .argument("[file]", "the plan (default: migration.json)")
        .option("--base <ref, file or url>", "with plan: what to compare with, as in topology review")
        .option(
            "--head <ref, file or url>",
            "with plan: the change (default: the snapshots of the working tree)",
        )
        .option("--stack <name>", "with plan: the stack")
        .addOption(
            new Option(
                "--drain <way>",
                "with plan: how messages leave queues (default: by transfer; where a single active consumer promises order, by consumers)",
            ).choices(["transfer", "consumers"] satisfies readonly MigrateCommandOptions["drain"][]),
        )
        .option("--rename <old=new...>", "with plan: a queue that is renamed")
        .option("--output <file>", "with plan: where to write it", "migration.json")
        .option("--stages <folder>", "with plan: also write the snapshot of each stage, for pulumi up")
        .option("--broker <url>", `the broker (password in ${passwordVariable})`)
        .option(
            "--amqp <url>",
            "its AMQP address (default: the host of the broker, and the port that it reports)",
        )
        .option("--apply", "change the broker; without it, run only empties the queues of the next stage")
        .option(
            "--cancel-consumers",
            "delete an empty queue even if consumers are connected: the broker cancels them",
        )
        .option(
            "--discard <stream...>",
            "a stream that is deleted with its messages, because its consumers have read it",
        )
        .option("--wait <duration>", "how long to wait for consumers and publishers", "10 minutes")
        .option("--json", "for machines: {stack, migrations, stages, done, isBetween, changed, next}")
        .addHelpText("after", migrateHelp)
        .action(async (action: MigrateAction, file: string | undefined, options: MigrateCommandOptions) => {
            const { migrateTopology } = await import("../commands/migrateCommand.ts");
            finish(await migrateTopology(action, file, options, io));
        });
}
