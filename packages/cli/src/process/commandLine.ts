import { Argument, Command, Option } from "commander";
import type { AdoptCommandOptions } from "../commands/adoptCommand.ts";
import type { DriftCommandOptions } from "../commands/driftCommand.ts";
import type { ReviewCommandOptions } from "../commands/reviewCommand.ts";
import type { SnapshotCommandOptions } from "../commands/snapshotCommand.ts";
import type { TopCommandOptions } from "../commands/topCommand.ts";
import { type Shell, shells } from "../completion/scripts.ts";
import type { Application } from "../review/appliedStack.ts";
import { addBackupCommands } from "./backupCommandLine.ts";
import { type CommandIo, type CommandResult, passwordVariable } from "./commandIo.ts";
import { withBroker, withConfig, withInput, withMessages } from "./commandOptions.ts";
import { addComment } from "./commentCommandLine.ts";
import {
    adoptHelp,
    completionHelp,
    driftHelp,
    reviewHelp,
    rootHelp,
    snapshotHelp,
    topHelp,
} from "./helpTexts.ts";
import { addMessageCommands } from "./messageCommandLine.ts";
import { addMigrate } from "./migrateCommandLine.ts";
import { ownPackage } from "./ownPackage.ts";
import { addTopologyCommands } from "./topologyCommandLine.ts";

/**
 * The command `topology` with all its arguments. This module imports only what the help needs. Each command imports its own modules when it
 * runs, because loading all of them takes longer than a review.
 * @param finish receives the result of a command
 */
export function commandLine(io: CommandIo, finish: (result: CommandResult) => void): Command {
    const root = new Command("topology")
        .description(
            "Checks a RabbitMQ topology, follows its messages, explains its queues, watches them live, works with dead letters, backs up, reviews changes, finds drift.",
        )
        .version(ownPackage().version, "-V, --version", "print the version of this command")
        .exitOverride()
        .configureOutput({ writeOut: io.print, writeErr: io.printError })
        .showHelpAfterError("(see --help)")
        .addHelpText("after", `\n${rootHelp}`);

    addTopologyCommands((name) => withInput(root.command(name)), io, finish);

    withBroker(withInput(root.command("top")))
        .description("show a broker's queues live, those with problems first")
        .option("--interval <duration>", "how often to refresh", "5 seconds")
        .option("--once", "print once and exit, as without a terminal")
        .option("--json", "for machines, once: {broker, queues: [...], undeclared: [...]}")
        .addHelpText("after", topHelp)
        .action(async (options: TopCommandOptions) => {
            const { watchTopology } = await import("../commands/topCommand.ts");
            finish(await watchTopology(options, io));
        });

    addMessageCommands((name) => withMessages(withInput(root.command(name))), io, finish);

    addBackupCommands((name) => withMessages(withInput(root.command(name))), io, finish);

    withBroker(withInput(root.command("drift")))
        .description(
            "compare a live broker with what is declared for it, and say what repairs each difference",
        )
        .option("--operator <user...>", "users that operate the broker and need not be declared")
        .option("--watch", "compare again at each interval, and print only what changes, until Ctrl-C")
        .option("--interval <duration>", "how often to compare with --watch", "30 seconds")
        .option(
            "--json [file]",
            "for machines: {verdict, changes: [{object, action, fields, repair}], findings, unseen}",
        )
        .option("--markdown [file]", "for the summary of a pipeline")
        .option("--summary [file]", "the result in one line; without a file to standard output")
        .addHelpText("after", driftHelp)
        .action(async (options: DriftCommandOptions) => {
            const { findDrift } = await import("../commands/driftCommand.ts");
            finish(await findDrift(options, io));
        });

    withConfig(root.command("review"))
        .description("show what a change of the topology does to messages, before it is applied")
        .requiredOption(
            "--base <ref, file or url>",
            "what to compare with: a git revision, a snapshot or definitions, a live broker",
        )
        .option("--head <ref, file or url>", "the change (default: the snapshots of the working tree)")
        .option(
            "--stack <name>",
            "only this stack; without --head as the program declares it now, committed or not",
        )
        .option("--tip", "compare with the newest commit of the base, not with the merge base")
        .option("--approvals <file>", "approved changes (default: topology/approvals.yaml of the head)")
        .option(
            "--broker <url>",
            `a live broker, to count the messages that would be lost (password in ${passwordVariable})`,
        )
        .option("--preview <file>", "output of pulumi preview --json for the change; - for standard input")
        .option("--findings <file>", "findings of another check, which the report shows first")
        .addOption(
            new Option(
                "--via <way>",
                "how the change reaches the broker: an import of definitions adds and updates, and never deletes",
            )
                .choices(["provider", "import"] satisfies readonly Application[])
                .default("provider"),
        )
        .option("--expect-no-changes", "exit code 1 for any difference, as between a snapshot and its broker")
        .option(
            "--json [file]",
            "for machines: {verdict, changes: [{object, action, consequence, fields, reason}], routing}",
        )
        .option("--markdown [file]", "for a comment in a pull request")
        .option("--summary [file]", "the verdict in one line; without a file to standard output")
        .option("--record <file>", "also write what was compared and found, for topology comment --record")
        .option("--svg <folder or file>", "also draw what changes; into <folder>/<stack>.svg")
        .addHelpText("after", reviewHelp)
        .action(async (options: ReviewCommandOptions) => {
            const { reviewTopology } = await import("../commands/reviewCommand.ts");
            finish(await reviewTopology(options, io));
        });

    addMigrate(withConfig(root.command("migrate")), io, finish);

    withConfig(root.command("snapshot"))
        .description("write what each stack declares: topology/<stack>.json, and documents in docs/topology")
        .option("--check", "write nothing; the exit code is 1 if a file is not what would be written")
        .option("-q, --quiet", "print nothing if every file is up to date")
        .addHelpText("after", snapshotHelp)
        .action(async (options: SnapshotCommandOptions) => {
            const { snapshotProgram } = await import("../commands/snapshotCommand.ts");
            finish(await snapshotProgram(options, io));
        });

    root.command("adopt")
        .description("write a Pulumi program that declares what a broker has, and the file that imports it")
        .argument("[file]", "definitions that a broker exported; - for standard input")
        .requiredOption("--out <folder>", "a new folder for the program")
        .option("--broker <url>", `a running broker instead of a file (password in ${passwordVariable})`)
        .option("--name <name>", "the name of the Pulumi project (default: that of the folder)")
        .option("--stack <name>", "the name of its stack", "dev")
        .option("--allow-left-out", "exit code 0 although Pulumi will not manage everything")
        .option("--json", "for machines: {files, imported, leftOut: [{place, message}]}")
        .addHelpText("after", adoptHelp)
        .action(async (file: string | undefined, options: AdoptCommandOptions) => {
            const { adoptBroker } = await import("../commands/adoptCommand.ts");
            finish(await adoptBroker(file, options, io));
        });

    addComment(withConfig(root.command("comment")), io, finish);

    root.command("completion")
        .description("print a script that completes commands, options and names in a shell")
        .addArgument(new Argument("<shell>", "whose script").choices(shells))
        .addHelpText("after", completionHelp)
        .action(async (shell: Shell) => {
            const { scripts } = await import("../completion/scripts.ts");
            finish({ output: scripts[shell], exitCode: 0 });
        });

    root.command("complete", { hidden: true })
        .description("print the completions of the last word, for these scripts")
        .argument("[words...]")
        .action(async (words: readonly string[]) => {
            const { completeWords } = await import("../commands/completeCommand.ts");
            finish({ output: await completeWords(root, words, io), exitCode: 0 });
        });
    return root;
}
