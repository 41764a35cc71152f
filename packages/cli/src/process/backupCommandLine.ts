import type { Command } from "commander";
import type { BackupCommandOptions } from "../commands/backupCommand.ts";
import type { RestoreCommandOptions } from "../commands/restoreCommand.ts";
import { type CommandIo, type CommandResult, passphraseVariable } from "./commandIo.ts";
import { backupHelp, restoreHelp } from "./helpTexts.ts";

/**
 * Adds the commands that back up a broker and restore it.
 * @param command adds one, with the options that choose its topology and its broker
 */
export function addBackupCommands(
    command: (name: string) => Command,
    io: CommandIo,
    finish: (result: CommandResult) => void,
): void {
    withPassphrase(command("backup"))
        .description(
            "write the definitions, the users and the messages of the parking queues of a broker into an encrypted file",
        )
        .argument("<file>", "the new file; only its owner can read it")
        .option("--dry-run", "show what it would contain, and write nothing")
        .option("--json", "for machines: {file, broker, objects, queues, unread, size}")
        .addHelpText("after", backupHelp)
        .action(async (file: string, options: BackupCommandOptions) => {
            const { backUp } = await import("../commands/backupCommand.ts");
            finish(await backUp(file, options, io));
        });

    withPassphrase(command("restore"))
        .description("restore what a broker does not have of a backup; a dry run without --yes")
        .argument("<file>")
        .option("--verify", "only read the file: decrypt every record, and compare counts and digests")
        .option("--overwrite", "also replace users, permissions, policies and parameters that differ")
        .option("--yes", "really restore")
        .option("--json", "for machines: {added, replaced, kept, stray, queues, remarks, failed}")
        .addHelpText("after", restoreHelp)
        .action(async (file: string, options: RestoreCommandOptions) => {
            const { restore } = await import("../commands/restoreCommand.ts");
            finish(await restore(file, options, io));
        });
}

/** Never the passphrase itself: other users of the machine can see arguments. */
function withPassphrase(command: Command): Command {
    return command.option(
        "--passphrase-file <file>",
        `a file whose first line is the passphrase (default: the variable ${passphraseVariable})`,
    );
}
