import { Argument, type Command } from "commander";
import type { DeadCommandOptions } from "../commands/deadCommand.ts";
import type { MessagesCommandOptions } from "../commands/messagesCommand.ts";
import type { PeekCommandOptions } from "../commands/peekCommand.ts";
import type { RedriveCommandOptions } from "../commands/redriveCommand.ts";
import type { WhyCommandOptions } from "../commands/whyCommand.ts";
import type { CommandIo, CommandResult } from "./commandIo.ts";
import { deadHelp, messagesHelp, peekHelp, redriveHelp, whyHelp } from "./helpTexts.ts";

/**
 * Adds the commands that take messages from parking queues.
 * @param command adds one, with the options that choose its topology and its broker
 */
export function addMessageCommands(
    command: (name: string) => Command,
    io: CommandIo,
    finish: (result: CommandResult) => void,
): void {
    command("dead")
        .description("list the messages in parking queues by cause: dead letters and unroutable messages")
        .option("--limit <count>", "how many messages of each queue to read", "1000")
        .option("--json", "for machines: {queues: [{vhost, queue, total, read, causes}]}")
        .addHelpText("after", deadHelp)
        .action(async (options: DeadCommandOptions) => {
            const { listDeadLetters } = await import("../commands/deadCommand.ts");
            finish(await listDeadLetters(options, io));
        });

    withLook(command("why"), "1000")
        .description("explain why a message is in a parking queue, and if it would fail again")
        .option("--id <id>", "message id or correlation id (default: the first message)")
        .option("--json", "for machines: {message, history, cause, alike, outlook}")
        .addHelpText("after", whyHelp)
        .action(async (queue: string, options: WhyCommandOptions) => {
            const { explainMessage } = await import("../commands/whyCommand.ts");
            finish(await explainMessage(queue, options, io));
        });

    withLook(command("peek"), "10")
        .description("show the first messages of a parking queue, without moving them")
        .option("--json", "for machines: {vhost, queue, total, messages}; bodies in base64")
        .addHelpText("after", peekHelp)
        .action(async (queue: string, options: PeekCommandOptions) => {
            const { peekQueue } = await import("../commands/peekCommand.ts");
            finish(await peekQueue(queue, options, io));
        });

    withTarget(withFilter(command("redrive")))
        .description(
            "send messages of a parking queue back to where they failed, or elsewhere; a dry run without --yes",
        )
        .argument("<queue>")
        .addHelpText("after", redriveHelp)
        .action(async (queue: string, options: RedriveCommandOptions) => {
            const { redriveMessages } = await import("../commands/redriveCommand.ts");
            finish(await redriveMessages(queue, options, io));
        });

    withTarget(withFilter(command("messages")))
        .description("write messages of a parking queue into a file, or send those of a file")
        .addArgument(new Argument("<action>", "what to do").choices(["export", "import"]))
        .argument("<from>", "the queue of an export, the file of an import")
        .option("--output <file>", "export: the new file, with bodies; only its owner can read it")
        .option("--remove", "export: take the messages out of the queue after they are on the disk")
        .addHelpText("after", messagesHelp)
        .action(async (action: "export" | "import", name: string, options: MessagesCommandOptions) => {
            const { moveMessages } = await import("../commands/messagesCommand.ts");
            finish(await moveMessages(action, name, options, io));
        });
}

/** The options of a command that sends messages. */
function withTarget(command: Command): Command {
    return command
        .option("--to <queue>", "queue that all of them go to (default: the one in which each failed)")
        .option("--to-exchange <name>", "exchange that all of them go to, with --to-key")
        .option("--to-key <key>", "routing key for --to-exchange")
        .option("--limit <count>", "at most so many messages")
        .option("--rate <count>", "send at most so many a second")
        .option("--batch <count>", "send so many before their confirms are awaited", "100")
        .option("--audit <file>", "append what was done to this file (default: topology-<run>.jsonl)")
        .option("--yes", "really send them")
        .option("--json", "for machines");
}

/** The options that choose messages. */
function withFilter(command: Command): Command {
    return command
        .option(
            "--reason <reason...>",
            "failed, rejected, expired, delivery_limit, maxlen, unroutable or unknown",
        )
        .option("--error <type...>", "type of the error that the service reported")
        .option("--from <queue...>", "queue in which they failed")
        .option("--older-than <age>", 'failed at least so long ago, such as "2 hours"')
        .option("--newer-than <age>", "failed more recently")
        .option("--key <key...>", "routing key that they were published with at any time")
        .option("--header <name=value...>", "a header; several must all match")
        .option("--id <id...>", "message id or correlation id")
        .option("--again", "also those that were sent back before and failed again");
}

/** The options of a command that shows messages of one queue. */
function withLook(command: Command, limit: string): Command {
    return command
        .argument("<queue>")
        .option("--limit <count>", "how many messages to read", limit)
        .option("--body", "print bodies too; they can be personal data");
}
