import { fileURLToPath } from "node:url";
import { stdinOf } from "../../../tests/support/stdinOf.ts";
import { runTopology } from "../src/process/runTopology.ts";
import type { Screen } from "../src/process/screen.ts";
import { type Page, plain } from "../src/render/paint.ts";

/** Definitions of an imaginary shop, with everything wrong that a person gets wrong. */
export const shop = fileURLToPath(new URL("shop.json", import.meta.url));

/** The path of a file of a broker in packages/topology/tests/cases. */
export function casePath(name: string): string {
    return fileURLToPath(new URL(`../../topology/tests/cases/${name}.json`, import.meta.url));
}

/** The configuration of a program that declares the sample platform, which stays as it is when spot changes. */
export const sampleProgram = fileURLToPath(new URL("sampleProgram/topology.config.ts", import.meta.url));

export interface TopologyRun {
    readonly exitCode: number;
    readonly output: string;
    readonly errors: string;
}

export interface TopologyRunSettings {
    readonly env?: Readonly<Record<string, string>>;
    readonly stdin?: string | Uint8Array;
    readonly page?: Page;
    readonly screen?: Screen;
    /** Interrupts a command that runs until it is interrupted. */
    readonly interruption?: AbortSignal;
    /** Called with each text that the command prints, when it prints it. */
    readonly onPrint?: (text: string) => void;
}

/** Runs the command in this process, as on 24 November 2026, and collects what it says. */
export async function topology(
    args: readonly string[],
    {
        env = {},
        stdin = "",
        page = { paint: plain },
        screen,
        interruption,
        onPrint,
    }: TopologyRunSettings = {},
): Promise<TopologyRun> {
    const output: string[] = [];
    const errors: string[] = [];
    const exitCode = await runTopology(args, {
        env,
        stdin: stdinOf(stdin),
        page,
        ...(screen !== undefined && { screen: () => screen }),
        ...(interruption !== undefined && { interruption: () => interruption }),
        print: (text) => {
            output.push(text);
            onPrint?.(text);
        },
        printError: (text) => errors.push(text),
        today: () => "2026-11-24",
    });
    return { exitCode, output: output.join(""), errors: errors.join("") };
}
