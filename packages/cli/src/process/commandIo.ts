import type { ImportModule } from "../config/configModule.ts";
import type { Page } from "../render/paint.ts";
import type { Screen } from "./screen.ts";

/** Holds the password of a live broker's user: a URL is no place for it, since shells and process lists keep it. */
export const passwordVariable = "TOPOLOGY_BROKER_PASSWORD";

/** Its former name, which still works. */
const formerPasswordVariable = "SPOT_BROKER_PASSWORD";

/** The password of a live broker's user; `undefined` where nobody gave one. */
export function brokerPassword({ env }: Pick<CommandIo, "env">): string | undefined {
    return [env[passwordVariable], env[formerPasswordVariable]].find(
        (each) => each !== undefined && each !== "",
    );
}

/** The process around a command, as far as the command needs it. */
export interface CommandIo {
    readonly env: Readonly<Record<string, string | undefined>>;
    /** What `-` reads. */
    readonly stdin: Stdin;
    /** How text for people is laid out. */
    readonly page: Page;
    /** The terminal to draw on. @default - there is none */
    readonly screen?: () => Screen | Promise<Screen>;
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
