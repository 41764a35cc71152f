import { readFileSync } from "node:fs";
import { UsageError } from "@spot-messaging/topology";
import { systemReason } from "../input/textFile.ts";
import { type CommandIo, passphraseVariable } from "../process/commandIo.ts";

/** Shorter ones can be guessed. */
const minLength = 12;

/**
 * The passphrase of a backup: the first line of a file, or the variable. It is never an argument, which other users of the machine can see.
 * @param file `--passphrase-file`
 * @throws UsageError
 */
export function readPassphrase(file: string | undefined, env: CommandIo["env"]): string {
    const [place, passphrase] =
        file === undefined
            ? [`variable ${passphraseVariable}`, env[passphraseVariable] ?? ""]
            : [`--passphrase-file "${file}"`, firstLineOf(file)];
    if (passphrase === "") {
        throw new UsageError(
            file === undefined
                ? `the passphrase of the backup is missing; name a file with --passphrase-file, or put it into ${passphraseVariable}`
                : `${place} is empty; write the passphrase into its first line`,
        );
    }
    if (passphrase.length < minLength) {
        throw new UsageError(
            `${place}: the passphrase has fewer than ${minLength} characters; use a longer one, such as that of openssl rand -base64 24`,
        );
    }
    return passphrase;
}

function firstLineOf(file: string): string {
    try {
        return readFileSync(file, "utf8").split(/\r?\n/u, 1)[0] ?? "";
    } catch (error) {
        throw new UsageError(`--passphrase-file "${file}" cannot be read (${systemReason(error)})`);
    }
}
