import type { Severity } from "@spot-messaging/topology/check";
import { Argument, type Command, Option } from "commander";
import type { CheckCommandOptions } from "../commands/checkCommand.ts";
import type { ExplainCommandOptions } from "../commands/explainCommand.ts";
import type { ExplainLinkOptions } from "../commands/explainLink.ts";
import type { ExplainUserOptions } from "../commands/explainUser.ts";
import type { ListCommandOptions } from "../commands/listCommand.ts";
import type { TraceCommandOptions } from "../commands/traceCommand.ts";
import type { AllStacksOptions } from "../input/topologyInput.ts";
import { type KindName, kindNames, listFormats } from "../list/kindNames.ts";
import { type CommandIo, type CommandResult, passwordVariable } from "./commandIo.ts";
import { checkHelp, explainHelp, listHelp, traceHelp } from "./helpTexts.ts";

/** Adds the commands that read a topology and do not change anything. */
export function addTopologyCommands(
    command: (name: string) => Command,
    io: CommandIo,
    finish: (result: CommandResult) => void,
): void {
    const json = (value: object): string => `${JSON.stringify(value, undefined, 4)}\n`;

    command("check")
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

    command("trace")
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

    command("explain")
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

    command("list")
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
}

type ExplainOptions = ExplainCommandOptions & ExplainLinkOptions & ExplainUserOptions;

/** Here and not read from the checks, whose modules the help does not need. */
const severities: readonly Severity[] = ["error", "warning", "note"];
