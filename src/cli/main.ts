import { LocalRunError } from "@spot-messaging/local";
import { BrokerUnreachable } from "@spot-messaging/management";
import { UsageError, UserError } from "@spot-messaging/topology";
import { Command, Option } from "commander";
import { parseMoment } from "./account/moment.ts";
import { readAccount } from "./account/readAccount.ts";
import { renderAccount } from "./account/renderAccount.ts";
import { eraseMails } from "./erase/eraseMails.ts";
import { isErased, renderErasure } from "./erase/renderErasure.ts";
import { parseScope } from "./erase/scope.ts";
import { passwordHint } from "./runningStack.ts";
import { type StatusOptions, showStatus } from "./showStatus.ts";
import { start } from "./start.ts";
import { stop } from "./stop.ts";
import { renderAccess, renderMails, renderQueues } from "./tables.ts";
import { showTraces, type TracesOptions } from "./traces/showTraces.ts";
import { up } from "./up.ts";

/** The exit codes of all commands. */
const exit = { fine: 0, failed: 1, usage: 2, unreachable: 3, interrupted: 130 } as const;

const stackOption = new Option("--stack <name>", "stack, with its values in Pulumi.<name>.yaml").default(
    "dev",
);

function say(message: string): void {
    process.stderr.write(`${message}\n`);
}

function print(text: string): void {
    process.stdout.write(`${text}\n`);
}

const program = new Command("spot-messaging")
    .description("RabbitMQ topology and services of spot-platform, on this machine or through Pulumi")
    .exitOverride((error) => {
        process.exit(error.exitCode === 0 ? exit.fine : exit.usage);
    });

program
    .command("start")
    .description("start the stack on this machine without a Pulumi engine, and send e-mails through it")
    .argument("[paths...]", ".eml files, mbox files or folders; without any, the repository's samples")
    .addOption(stackOption)
    .action(async (paths: string[], { stack }: { stack: string }) => {
        const interruption = new AbortController();
        const interrupt = (): void => {
            say("interrupted; removing all started objects");
            interruption.abort();
        };
        process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
        const { access, status, mails } = await start({ stack, paths, signal: interruption.signal });
        if (mails.length > 0) {
            print(renderMails(mails));
        }
        print(renderQueues(status));
        print(
            `RabbitMQ ${status.broker.version}, ${status.broker.nodes} ${status.broker.nodes === 1 ? "node" : "nodes"}`,
        );
        print(renderAccess(access, await passwordHint(stack)));
        print("show its state   npm run status");
        print("remove it        npm stop");
        const refused = mails.filter(({ refusal }) => refusal !== undefined);
        const missing = mails.filter(
            ({ analysis, refusal }) => analysis === undefined && refusal === undefined,
        );
        const problems = [
            ...refused.map(
                ({ name, refusal }) => `e-mail "${name}": refused by the gateway: ${refusal ?? ""}`,
            ),
            ...(missing.length > 0
                ? [
                      `${missing.length} of ${mails.length} e-mails have no verdict yet; check the queues above and docker logs`,
                  ]
                : []),
        ];
        if (problems.length > 0) {
            throw new UserError(problems.join("\n"));
        }
    });

program
    .command("stop")
    .description("remove everything that npm start created on this machine")
    .addOption(stackOption)
    .action(async ({ stack }: { stack: string }) => {
        const { containers, networks, volumes } = await stop(stack, say);
        print(
            `removed ${containers.length} containers, ${networks.length} networks, ${volumes.length} volumes of stack "${stack}"`,
        );
    });

program
    .command("status")
    .description("show the nodes, the messages in the queues, and on Kubernetes why something is not ready")
    .addOption(stackOption)
    .option("--json", "for machines")
    .option("--watch", "show it again every five seconds, until Ctrl-C")
    .action(async (options: StatusOptions) => {
        if (!(await showStatus(options, print, say))) {
            process.exitCode = exit.failed;
        }
    });

program
    .command("account")
    .description(
        "match every confirmed e-mail with its one result or a dead letter, and every result with its notifications",
    )
    .addOption(stackOption)
    .option("--since <time>", 'only e-mails from a time on: 2026-05-04T10:00:00Z, or "2 hours" ago')
    .option("--json", "for machines")
    .action(async ({ stack, since, json }: { stack: string; since?: string; json?: true }) => {
        const from = since === undefined ? 0 : parseMoment(since, Date.now());
        const account = await readAccount(stack, from, say);
        print(json === true ? JSON.stringify(account, undefined, 4) : renderAccount(account));
        if (account.discrepancies.length > 0) {
            process.exitCode = exit.failed;
        }
    });

program
    .command("erase")
    .description("erase e-mails everywhere: bodies, analyses, results, notifications and dead letters")
    .addOption(stackOption)
    .option("--id <analysis>", "the e-mail of one analysis")
    .option("--older-than <age>", 'all e-mails that were submitted longer ago: "30 days"')
    .option("--dry-run", "only count what would be erased")
    .option("--json", "for machines")
    .action(
        async ({
            stack,
            id,
            olderThan,
            dryRun,
            json,
        }: {
            stack: string;
            id?: string;
            olderThan?: string;
            dryRun?: true;
            json?: true;
        }) => {
            const scope = parseScope(
                { ...(id !== undefined && { id }), ...(olderThan !== undefined && { olderThan }) },
                Date.now(),
            );
            const erasure = await eraseMails(stack, scope, dryRun === true, say);
            print(json === true ? JSON.stringify(erasure, undefined, 4) : renderErasure(erasure));
            if (!isErased(erasure)) {
                process.exitCode = exit.failed;
            }
        },
    );

program
    .command("traces")
    .description("receive the services' traces for a while, and draw the way of each e-mail through them")
    .addOption(stackOption)
    .option("--for <duration>", "how long to receive", "60 seconds")
    .option("--id <analysis>", "only the trace of this analysis; ends as soon as it is complete")
    .option("--svg <file>", "also draw a picture")
    .option("--json", "for machines")
    .action(async (options: TracesOptions) => {
        const interruption = new AbortController();
        const interrupt = (): void => {
            interruption.abort();
        };
        process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
        print(await showTraces(options, interruption.signal, say));
    });

program
    .command("up")
    .description("deploy the stack with the Pulumi engine: state in .pulumi-state, no login, no prompts")
    .argument("[stack]", "stack, with its values in Pulumi.<name>.yaml", "dev")
    .argument("[args...]", "additional arguments of pulumi up")
    .allowUnknownOption()
    .action(async (stack: string, args: string[]) => {
        process.exitCode = await up(stack, args, say);
    });

try {
    await program.parseAsync();
} catch (error) {
    process.exitCode = reportFailure(error);
}

/** Prints an error, with a stack trace only for internal errors, and sets the exit code. */
function reportFailure(error: unknown): number {
    if (!(error instanceof UserError)) {
        say(error instanceof Error ? (error.stack ?? error.message) : String(error));
        return exit.failed;
    }
    say(error.message);
    if (error instanceof LocalRunError && error.interrupted) {
        return exit.interrupted;
    }
    return error instanceof UsageError
        ? exit.usage
        : error instanceof BrokerUnreachable
          ? exit.unreachable
          : exit.failed;
}
