import type { Command } from "commander";
import { passwordVariable } from "./commandIo.ts";

/** The options by which every command chooses its topology. */
export function withInput(command: Command): Command {
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

/** The option by which a command finds the program. */
export function withConfig(command: Command): Command {
    return command.option(
        "--config <file>",
        "the program's configuration (default: the nearest topology.config.ts, .mts, .cts, .js, .mjs or .cjs in this folder or a parent folder)",
    );
}

/** The broker of a command that works with a live one. */
export function withBroker(command: Command): Command {
    return command.option(
        "--broker <url>",
        `the broker's management API (default: the broker of the stack); password in ${passwordVariable}`,
    );
}

/** The broker of a command that works with its messages. */
export function withMessages(command: Command): Command {
    return withBroker(command).option(
        "--amqp <url>",
        "where it accepts AMQP (default: the listener that it reports)",
    );
}
