import { BrokerUnreachable } from "@spot-messaging/management";
import { type BrokerVersion, brokerVersions, UserError } from "@spot-messaging/topology";
import { Command, CommanderError, Option } from "commander";
import { projectName } from "../../../src/cli/project.ts";
import type { Answer } from "./answer.ts";
import type { CheckCommandOptions } from "./commands/topologyCheck.ts";
import type { ExplainCommandOptions } from "./commands/topologyExplain.ts";
import type { ReviewCommandOptions } from "./commands/topologyReview.ts";
import type { TopCommandOptions, TopSurroundings } from "./commands/topologyTop.ts";
import type { TraceCommandOptions } from "./commands/topologyTrace.ts";
import type { CommentCommandOptions } from "./host/commentSettings.ts";
import { HostUnreachable } from "./host/hostError.ts";
import { passwordVariable } from "./input/brokerUrl.ts";

/** The process, as far as the command needs it. */
export interface TopologyProcess extends TopSurroundings {
    readonly print: (text: string) => void;
    readonly say: (text: string) => void;
    readonly today: () => string;
}

/** What the exit codes mean; the last one is a defect of ours, which must not look like a finding. */
const exit = { fine: 0, found: 1, usage: 2, unreachable: 3, broken: 70 } as const;

/**
 * Runs `topology` with its arguments.
 * @returns the exit code: 0 fine, 1 findings or nothing reached, 2 wrong usage or unreadable input, 3 broker unreachable
 */
export async function runTopology(args: readonly string[], process: TopologyProcess): Promise<number> {
    let exitCode: number = exit.fine;
    const answer = ({ output, exitCode: code }: Answer): void => {
        process.print(output);
        exitCode = code;
    };
    try {
        await program(process, answer).parseAsync([...args], { from: "user" });
        return exitCode;
    } catch (error) {
        if (error instanceof CommanderError) {
            return error.exitCode === 0 ? exit.fine : exit.usage;
        }
        return tell(error, process.say);
    }
}

/** Each command loads what it needs when it is called: what the others need takes longer to load than a review takes. */
function program(process: TopologyProcess, answer: (answer: Answer) => void): Command {
    const root = new Command("topology")
        .description(
            "Asks a RabbitMQ topology what is wrong with it, where a message goes, what a queue is; tells reviewers.",
        )
        .exitOverride()
        .configureOutput({ writeOut: process.print, writeErr: process.say })
        .showHelpAfterError("(--help says more)")
        .addHelpText("after", `\n${rootHelp}`);
    const json = (value: object): string => `${JSON.stringify(value, undefined, 4)}\n`;

    withInput(root.command("check"))
        .description("tell what is wrong with a topology")
        .option(
            "--json",
            "for machines: {findings: [{rule, severity, place, message, fix}]}; with --target also what is new and gone",
        )
        .option("--sarif <file>", "also write the findings as SARIF 2.1.0; - for standard output")
        .option("--github", "print annotations for GitHub Actions")
        .option("--baseline <file>", "accepted findings; for stacks topology/baseline.yaml by default")
        .addHelpText("after", checkHelp)
        .action(async (options: CheckCommandOptions) => {
            const { readTopologyInput } = await import("./input/topologyInput.ts");
            const { checkTopology } = await import("./commands/topologyCheck.ts");
            const input = await readTopologyInput(options, process);
            answer(await checkTopology(input, options, process.page, process.today()));
        });

    withInput(root.command("trace"))
        .description("follow a message to every queue, and on to what happens when it fails there")
        .requiredOption("--exchange <name>", 'exchange that it is published to; "" is the default one')
        .option("--key <key>", "routing key", "")
        .option("--header <name=value...>", "headers; a value that is JSON is read as such")
        .option("--json", "for machines: {queues: [...], ends: [...], paths: [...]}")
        .addHelpText("after", traceHelp)
        .action(async (options: TraceCommandOptions) => {
            const { readTopologyInput } = await import("./input/topologyInput.ts");
            const { traceMessage } = await import("./commands/topologyTrace.ts");
            const { renderTrace } = await import("./render/trace.ts");
            const { topology } = await readTopologyInput(options, process);
            const trace = traceMessage(topology, options);
            answer({
                output: options.json === true ? json(trace) : `${renderTrace(trace, process.page)}\n`,
                exitCode: trace.queues.length === 0 ? exit.found : exit.fine,
            });
        });

    withInput(root.command("explain"))
        .description(
            "show a queue or an exchange as the broker will see it, and where each setting comes from",
        )
        .argument("[queue]")
        .option("--exchange <name>", "an exchange instead of a queue")
        .option("--json", "for machines")
        .addHelpText("after", explainHelp)
        .action(async (queue: string | undefined, options: ExplainCommandOptions) => {
            const { readTopologyInput } = await import("./input/topologyInput.ts");
            const { explainObject, explanationJson } = await import("./commands/topologyExplain.ts");
            const { renderExplanation } = await import("./render/explanation.ts");
            const { topology } = await readTopologyInput(options, process);
            const explanation = explainObject(topology, queue, options);
            const output =
                options.json === true
                    ? json(explanationJson(explanation))
                    : `${renderExplanation(explanation, process.page)}\n`;
            answer({ output, exitCode: exit.fine });
        });

    withInput(root.command("top"))
        .description(
            "show a broker's queues live, beside what is declared of them: what is wrong stands first",
        )
        .option(
            "--broker <url>",
            `the broker to look at (default: that of the stack); password in ${passwordVariable}`,
        )
        .option("--interval <duration>", "how often to look", "5 seconds")
        .option("--once", "look once; also where no terminal shows it")
        .option("--json", "for machines, once: {broker, queues: [...], undeclared: [...]}")
        .addHelpText("after", topHelp)
        .action(async (options: TopCommandOptions) => {
            const { watchTopology } = await import("./commands/topologyTop.ts");
            answer(await watchTopology(options, process));
        });

    root.command("review")
        .description("tell what a change of the topology does to messages, before it is applied")
        .requiredOption(
            "--base <ref, file or url>",
            "what it is compared with: a revision of git, a snapshot or definitions, a live broker",
        )
        .option("--head <ref, file or url>", "the change (default: the snapshots of the working tree)")
        .option(
            "--stack <name>",
            "only this stack; without --head as the program declares it, whatever is committed",
        )
        .option("--tip", "compare with the newest commit of the base, not with where the head branched off")
        .option(
            "--approvals <file>",
            "what somebody agreed to (default: topology/approvals.yaml of the head)",
        )
        .option(
            "--broker <url>",
            `a live broker, to count the messages that would die (password in ${passwordVariable})`,
        )
        .option("--preview <file>", "what pulumi preview --json wrote for the change; - for standard input")
        .option("--findings <file>", "what another check found, which is to be settled first")
        .option(
            "--json [file]",
            "for machines: {verdict, changes: [{object, action, consequence, fields, reason}], routing}",
        )
        .option("--markdown [file]", "for a comment in a pull request")
        .option("--svg <folder or file>", "also draw what changes; into <folder>/<stack>.svg")
        .addHelpText("after", reviewHelp)
        .action(async (options: ReviewCommandOptions) => {
            const { reviewTopology } = await import("./commands/topologyReview.ts");
            answer(await reviewTopology(options, process, process.page));
        });

    root.command("comment")
        .description("say a report in a pull request on GitHub, in one comment that is kept up to date")
        .requiredOption("--file <file>", "the report, in markdown; - for standard input")
        .option("--repo <owner/name>", "repository (default: GITHUB_REPOSITORY)")
        .option("--pull <number>", "pull request (default: what the workflow runs for)")
        .option("--api <url>", "root of the REST API (default: GITHUB_API_URL, or https://api.github.com)")
        .option(
            "--author <login>",
            "who the token belongs to; only comments of this user are changed",
            "github-actions[bot]",
        )
        .option(
            "--project <name>",
            "whose comment it is, where several projects review one pull request",
            projectName,
        )
        .option(
            "--patience <duration>",
            "how long to wait altogether, where the host asks for it",
            "1 minute",
        )
        .option("--summary <file>", "also add the report to this file (default: GITHUB_STEP_SUMMARY)")
        .option("--always", "make a comment even where nothing changes")
        .option("--allow-forbidden", "end well where the token may not comment")
        .option("--json", "for machines: {action, repository, pull, url, removed, reason}")
        .addHelpText("after", commentHelp)
        .action(async (options: CommentCommandOptions) => {
            const { commentReport } = await import("./commands/topologyComment.ts");
            answer(await commentReport(options, process));
        });
    return root;
}

/** What every command asks about is chosen in the same way. */
function withInput(command: Command): Command {
    return command
        .addOption(new Option("--stack <name>", "one of the program's own stacks (default: dev)"))
        .addOption(new Option("--file <file>", "a snapshot, or definitions; - for standard input"))
        .addOption(
            new Option(
                "--definitions <file or url>",
                `definitions that a broker exported, or a live broker's URL (password in ${passwordVariable})`,
            ),
        )
        .addOption(new Option("--vhost <name>", "only what belongs to this virtual host"))
        .addOption(
            new Option("--target <version>", "judge for this version of RabbitMQ instead").choices(
                brokerVersions satisfies readonly BrokerVersion[],
            ),
        );
}

const rootHelp = `Exit codes: 0 fine, 1 findings or nothing reached, 2 wrong usage or unreadable input, 3 broker unreachable.
Colours go to terminals only; NO_COLOR turns them off.`;

const checkHelp = `
Examples:
  topology check --stack prod
  topology check --definitions definitions.json --target 4.3
  topology check --definitions https://admin@rabbit.example.com:15671 --vhost shop
  rabbitmqctl export_definitions - | topology check --file - --json
  topology check --file topology/prod.json --sarif findings.sarif

Only errors and warnings make the exit code 1; notes do not.`;

const traceHelp = `
Examples:
  topology trace --exchange spot.analysis --key analyze.request
  topology trace --definitions definitions.json --exchange orders --key "" --header kind=invoice --header urgent=true

The exit code is 1 when no queue takes the message.`;

const explainHelp = `
Examples:
  topology explain result-processor
  topology explain --file topology/prod.json --exchange spot.analysis
  topology explain orders --definitions definitions.json --vhost shop --target 4.3`;

const topHelp = `
Examples:
  topology top                                       # the dev stack, as npm start or the engine brought it up
  topology top --stack prod --broker https://monitoring@rabbit.example.com:15671
  topology top --definitions https://admin@rabbit.example.com:15671 --once

"waits" is the least time that the oldest message has waited: the broker tells no ages, so it is concluded from an hour of its counts.
Exit codes with --once and --json: 0 fine, 1 something is wrong, 2 wrong usage, 3 broker unreachable.`;

const reviewHelp = `
Examples:
  topology review --base origin/main
  topology review --base origin/main --stack prod --broker https://admin@rabbit.example.com:15671
  topology review --base v1.2 --head v1.3 --markdown review.md --svg pictures
  topology review --base https://admin@rabbit.example.com:15671 --head definitions.json --json
  pulumi preview --json --stack dev | topology review --base origin/main --stack dev --preview -

A revision is compared from where the head branched off. What ends in .json or begins with ./, ../ or / is a file.
Exit codes: 0 nothing, or nothing that needs somebody's agreement, 1 it destroys messages, or something needs a look, 2 wrong usage or
unreadable input, 3 broker unreachable.`;

const commentHelp = `
Examples:
  topology comment --file review.md --repo acme/shop --pull 7
  topology comment --file review.md --allow-forbidden       # in a workflow of GitHub Actions

The token is taken from GITHUB_TOKEN, never from an argument, which others can see. An action is created, updated, unchanged, none
(nothing changes, and there is no comment to say it in), outdated (a newer commit was pushed) or forbidden.
Exit codes: 0 said, or nothing to say, 2 wrong usage or refused, 3 no answer, or too long a wait.`;

/** Says what went wrong, without a stack for anything that a person can mend. */
function tell(error: unknown, say: (text: string) => void): number {
    if (!(error instanceof UserError)) {
        say(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
        return exit.broken;
    }
    say(`${error.message}\n`);
    // A broker that refuses gives no input either; the message says why.
    return error instanceof BrokerUnreachable || error instanceof HostUnreachable
        ? exit.unreachable
        : exit.usage;
}
