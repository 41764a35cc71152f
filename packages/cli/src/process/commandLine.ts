import type { Severity } from "@spot-messaging/topology/check";
import { Argument, Command, Option } from "commander";
import type { AdoptCommandOptions } from "../commands/adoptCommand.ts";
import type { CheckCommandOptions } from "../commands/checkCommand.ts";
import type { ExplainCommandOptions } from "../commands/explainCommand.ts";
import type { ExplainLinkOptions } from "../commands/explainLink.ts";
import type { ExplainUserOptions } from "../commands/explainUser.ts";
import type { ListCommandOptions } from "../commands/listCommand.ts";
import type { ReviewCommandOptions } from "../commands/reviewCommand.ts";
import type { SnapshotCommandOptions } from "../commands/snapshotCommand.ts";
import type { TopCommandOptions } from "../commands/topCommand.ts";
import type { TraceCommandOptions } from "../commands/traceCommand.ts";
import { type Shell, shells } from "../completion/scripts.ts";
import type { AllStacksOptions } from "../input/topologyInput.ts";
import { type KindName, kindNames, listFormats } from "../list/kindNames.ts";
import type { Application } from "../review/appliedStack.ts";
import { type CommandIo, type CommandResult, passwordVariable } from "./commandIo.ts";
import { addComment } from "./commentCommandLine.ts";
import {
    adoptHelp,
    checkHelp,
    completionHelp,
    explainHelp,
    listHelp,
    reviewHelp,
    rootHelp,
    snapshotHelp,
    topHelp,
    traceHelp,
} from "./helpTexts.ts";
import { ownPackage } from "./ownPackage.ts";

/**
 * The command `topology` with all its arguments. This module imports only what the help needs. Each command imports its own modules when it
 * runs, because loading all of them takes longer than a review.
 * @param finish receives the result of a command
 */
export function commandLine(io: CommandIo, finish: (result: CommandResult) => void): Command {
    const root = new Command("topology")
        .description(
            "Checks a RabbitMQ topology, follows its messages, explains its queues, watches them live, reviews changes.",
        )
        .version(ownPackage().version, "-V, --version", "print the version of this command")
        .exitOverride()
        .configureOutput({ writeOut: io.print, writeErr: io.printError })
        .showHelpAfterError("(see --help)")
        .addHelpText("after", `\n${rootHelp}`);
    const json = (value: object): string => `${JSON.stringify(value, undefined, 4)}\n`;

    withInput(root.command("check"))
        .description("find the problems of a topology")
        .option(
            "--json",
            "for machines: {findings: [{rule, severity, place, message, fix}]}; with --target also new and absent findings",
        )
        .option("--sarif <file>", "also write the findings as SARIF 2.1.0; - for standard output")
        .option("--gitlab <file>", "also write a code quality report for GitLab; - for standard output")
        .option("--junit <file>", "also write JUnit XML, for Jenkins and others; - for standard output")
        .option("--github", "print annotations for GitHub Actions")
        .option("-q, --quiet", "print errors and warnings only, and nothing if there are none")
        .option("--verbose", "print every note in full, not one line for each rule")
        .addOption(
            new Option("--min-severity <severity>", "report only findings of this severity or above").choices(
                severities,
            ),
        )
        .option("--all-stacks", "every stack of the program")
        .option("--baseline <file>", "accepted findings; for stacks topology/baseline.yaml by default")
        .addHelpText("after", checkHelp)
        .action(async (options: AllStacksOptions & CheckCommandOptions) => {
            const { readTopologyInputs } = await import("../input/topologyInput.ts");
            const { checkTopologies } = await import("../commands/checkCommand.ts");
            const { withImport } = await import("../commands/unreadableImport.ts");
            const inputs = await readTopologyInputs(options, io).catch((error: unknown) => {
                throw withImport(error, options);
            });
            finish(await checkTopologies(inputs, options, io.page, io.today()));
        });

    withInput(root.command("trace"))
        .description("follow a message to every queue, and show what happens if it fails there")
        .requiredOption("--exchange <name>", 'exchange that it is published to; "" is the default one')
        .option("--key <key>", "routing key", "")
        .option("--header <name=value...>", "headers; a value that is JSON is read as such")
        .option(
            "--expect <queue...>",
            "queue that the message must be delivered to, or none; otherwise the exit code is 1",
        )
        .option("--expect-only", "with --expect: no other queue may get the message")
        .option("-q, --quiet", "print only what differs from --expect")
        .option("--json", "for machines: {queues, delivered, expectation, ends, paths}")
        .addHelpText("after", traceHelp)
        .action(async (options: TraceCommandOptions) => {
            const { readTopologyInput } = await import("../input/topologyInput.ts");
            const { isFine, traceMessage } = await import("../commands/traceCommand.ts");
            const { renderTrace } = await import("../render/trace.ts");
            const { topology } = await readTopologyInput(options, io);
            const trace = traceMessage(topology, options);
            finish({
                output: options.json === true ? json(trace) : renderTrace(trace, io.page, options.quiet),
                exitCode: isFine(trace) ? 0 : 1,
            });
        });

    withInput(root.command("explain"))
        .description(
            "show a queue or an exchange as the broker will see it, and where each setting comes from; or what a user may do",
        )
        .argument("[queue]")
        .option("--exchange <name>", "an exchange instead of a queue")
        .option("--shovel <name>", "a shovel")
        .option("--upstream <name>", "a federation upstream")
        .option("--user <name>", "a user: its permissions, and each queue that its messages can end in")
        .option("--json", "for machines")
        .addHelpText("after", explainHelp)
        .action(async (queue: string | undefined, options: ExplainOptions) => {
            const { readTopologyInput } = await import("../input/topologyInput.ts");
            if (options.user !== undefined) {
                const { explainUser } = await import("../commands/explainUser.ts");
                const { renderUser } = await import("../render/userExplanation.ts");
                const user = explainUser((await readTopologyInput(options, io)).topology, queue, options);
                const output = options.json === true ? json(user) : `${renderUser(user, io.page)}\n`;
                finish({ output, exitCode: 0 });
                return;
            }
            const { explainLink, isLink } = await import("../commands/explainLink.ts");
            if (isLink(options)) {
                const { renderLink } = await import("../render/linkExplanation.ts");
                const link = explainLink((await readTopologyInput(options, io)).topology, options);
                const output = options.json === true ? json(link) : `${renderLink(link, io.page)}\n`;
                finish({ output, exitCode: 0 });
                return;
            }
            const { explainObject, explanationJson } = await import("../commands/explainCommand.ts");
            const { renderExplanation } = await import("../render/explanation.ts");
            const { topology } = await readTopologyInput(options, io);
            const explanation = explainObject(topology, queue, options);
            const output =
                options.json === true
                    ? json(explanationJson(explanation))
                    : `${renderExplanation(explanation, io.page)}\n`;
            finish({ output, exitCode: 0 });
        });

    withInput(root.command("list"))
        .description("list the objects of a topology; without a kind, count them")
        .addArgument(new Argument("[kind]", "what to list").choices(kindNames))
        .addOption(
            new Option("-o, --output <format>", "how to print the list")
                .choices(listFormats)
                .default("table"),
        )
        .option("--columns <columns>", "which columns, in this order, separated by commas")
        .option("--sort <column>", "sort by this column; -column sorts in descending order")
        .option("--no-headers", "print no header line")
        .option(
            "--broker <url>",
            `a live broker, whose numbers of messages and consumers are added to queues (password in ${passwordVariable})`,
        )
        .addHelpText("after", listHelp)
        .action(async (kind: KindName | undefined, options: ListCommandOptions) => {
            const { listTopology } = await import("../commands/listCommand.ts");
            finish(await listTopology(kind, options, io));
        });

    withInput(root.command("top"))
        .description("show a broker's queues live, those with problems first")
        .option(
            "--broker <url>",
            `the broker (default: the broker of the stack); password in ${passwordVariable}`,
        )
        .option("--interval <duration>", "how often to refresh", "5 seconds")
        .option("--once", "print once and exit, as without a terminal")
        .option("--json", "for machines, once: {broker, queues: [...], undeclared: [...]}")
        .addHelpText("after", topHelp)
        .action(async (options: TopCommandOptions) => {
            const { watchTopology } = await import("../commands/topCommand.ts");
            finish(await watchTopology(options, io));
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

type ExplainOptions = ExplainCommandOptions & ExplainLinkOptions & ExplainUserOptions;

/** Here and not read from the checks, whose modules the help does not need. */
const severities: readonly Severity[] = ["error", "warning", "note"];

/** The options by which every command chooses its topology. */
function withInput(command: Command): Command {
    return withConfig(command)
        .option("--stack <name>", "a stack of the program (default: the only one, or dev)")
        .option("--file <file>", "a snapshot or definitions; - for standard input")
        .option(
            "--definitions <file or url>",
            `definitions that a broker exported, or a live broker's URL (password in ${passwordVariable})`,
        )
        .option("--vhost <name>", "only what belongs to this virtual host")
        .option("--target <version>", "check for this version of RabbitMQ instead, such as 4.3");
}

function withConfig(command: Command): Command {
    return command.option(
        "--config <file>",
        "the program's configuration (default: the nearest topology.config.ts, .mts, .cts, .js, .mjs or .cjs in this folder or a parent folder)",
    );
}
