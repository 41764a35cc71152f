import type { ImportModule } from "../config/configModule.ts";
import type { Page } from "../render/paint.ts";
import type { Screen } from "./screen.ts";

/** The variable with the password of a live broker's user. A password in a URL would appear in shell histories and process lists. */
export const passwordVariable = "TOPOLOGY_BROKER_PASSWORD";

/** Its former name, which still works. */
const formerPasswordVariable = "SPOT_BROKER_PASSWORD";

/** The variable with the passphrase of a backup. */
export const passphraseVariable = "TOPOLOGY_BACKUP_PASSPHRASE";

/** The password of a live broker's user; `undefined` if no variable has one. */
export function brokerPassword({ env }: Pick<CommandIo, "env">): string | undefined {
    return [env[passwordVariable], env[formerPasswordVariable]].find(
        (each) => each !== undefined && each !== "",
    );
}

/** The part of the process that a command uses. */
export interface CommandIo {
    readonly env: Readonly<Record<string, string | undefined>>;
    /** The input of `-`. */
    readonly stdin: Stdin;
    /** How text for people is laid out. */
    readonly page: Page;
    /** The terminal to draw on. @default - there is none */
    readonly screen?: () => Screen | Promise<Screen>;
    /** Begins to listen for Ctrl-C, which aborts the signal. @default - the command is not interrupted */
    readonly interruption?: () => AbortSignal;
    /** Writes to standard output. */
    readonly print: (text: string) => void;
    /** Writes to standard error. */
    readonly printError: (text: string) => void;
    /** Such as `2026-11-24`. */
    readonly today: () => string;
    /** Loads a configuration file. @default - as Node.js does */
    readonly importModule?: ImportModule;
}

export type Stdin = AsyncIterable<Uint8Array>;

/** The part of the process that reading an input needs. */
export type InputIo = Pick<CommandIo, "env" | "stdin" | "importModule">;

/** What a command prints, and its exit code. */
export interface CommandResult {
    readonly output: string;
    readonly exitCode: 0 | 1 | 2 | 3;
}
