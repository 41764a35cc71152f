import { type Command, CommanderError } from "commander";
import { plain } from "../render/paint.ts";
import { visibleText } from "../render/visible.ts";
import type { CommandIo } from "./commandIo.ts";
import { commandLine } from "./commandLine.ts";

/**
 * Runs `topology` with its arguments.
 * @returns the exit code: 0 fine, 1 findings or an unroutable message, 2 wrong usage or unreadable input, 3 broker unreachable
 */
export async function runTopology(args: readonly string[], settings: CommandIo): Promise<number> {
    const io = withVisibleOutput(settings);
    let exitCode = 0;
    try {
        const root = commandLine(io, (result) => {
            io.print(result.output);
            exitCode = result.exitCode;
        });
        await refuseUnknownCommand(root, args);
        await root.parseAsync([...args], { from: "user" });
        return exitCode;
    } catch (error) {
        if (error instanceof CommanderError) {
            return error.exitCode === 0 ? 0 : 2;
        }
        const { printFailure } = await import("./failure.ts");
        return printFailure(error, io);
    }
}

/**
 * Refuses an unknown command. With --help, commander would print the help of the root instead.
 * @throws UsageError
 */
async function refuseUnknownCommand(root: Command, args: readonly string[]): Promise<void> {
    const [first, second] = args.filter((each) => !each.startsWith("-"));
    const word = first === "help" ? second : first;
    const isKnown = word === "help" || root.commands.some((each) => each.name() === word);
    if (word !== undefined && !isKnown) {
        const visible = root.createHelp().visibleCommands(root);
        const names = visible.map((each) => each.name()).filter((each) => each !== "help");
        const { UsageError } = await import("@spot-messaging/topology");
        const { suggestName } = await import("@spot-messaging/topology/text");
        throw new UsageError(
            `command "${word}" does not exist; ${suggestName(word, names, `the commands are ${names.join(", ")}`)}`,
        );
    }
}

/** Names come from files of others: none may reach a terminal or a log with control characters. */
function withVisibleOutput(io: CommandIo): CommandIo {
    const isColoured = io.page.paint !== plain;
    return {
        ...io,
        print: (text) => {
            io.print(visibleText(text, isColoured));
        },
        printError: (text) => {
            io.printError(visibleText(text, false));
        },
    };
}
