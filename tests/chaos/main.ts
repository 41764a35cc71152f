// npm run chaos: breaks the parts of a whole stack under load, and accounts for every e-mail.
import process from "node:process";
import { UsageError, UserError } from "@spot-messaging/topology";
import { Command, InvalidArgumentError } from "commander";
import { type FaultKind, faultKinds } from "./faults/fault.ts";
import { balance, brokenPromises } from "./ledger.ts";
import { overloadProblems, runOverload } from "./overload.ts";
import { chaosLines, overloadLines, type Section, writeSection } from "./report.ts";
import { runChaos } from "./run.ts";

interface Options {
    readonly short?: true;
    readonly overload?: true;
    readonly minutes: number;
    readonly mails: number;
    readonly seed: number;
    readonly faults: readonly FaultKind[];
}

function say(message: string): void {
    process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${message}\n`);
}

function positive(text: string): number {
    const number = Number(text);
    if (!Number.isFinite(number) || number <= 0) {
        throw new InvalidArgumentError("write a number above 0");
    }
    return number;
}

function kinds(text: string): readonly FaultKind[] {
    return text.split(",").map((name) => {
        const kind = faultKinds.find((each) => each === name);
        if (kind === undefined) {
            throw new InvalidArgumentError(`"${name}" is unknown; choose from ${faultKinds.join(", ")}`);
        }
        return kind;
    });
}

const interruption = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(name, () => {
        say(`${name}: removing everything`);
        interruption.abort();
    });
}

const program = new Command("chaos")
    .description(
        "break services, broker, database and object store of a stack of its own in Docker, under load, and account for every e-mail",
    )
    .option("--short", "three minutes with one fault of each group; writes no report")
    .option("--overload", "measure the capacity, then submit three times as many e-mails for five minutes")
    .option("--minutes <n>", "how long e-mails are submitted", positive, 30)
    .option("--mails <n>", "how many e-mails are submitted in this time", positive, 5_400)
    .option("--seed <n>", "the same seed gives the same faults and e-mails", positive, Date.now() % 100_000)
    .option("--faults <kinds>", `only these: ${faultKinds.join(",")}`, kinds, [...faultKinds])
    .exitOverride((error) => {
        process.exit(error.exitCode === 0 ? 0 : 2);
    })
    .action(async ({ short, overload, minutes, mails, seed, faults }: Options) => {
        const common = { name: "chaos", seed, signal: interruption.signal, report: say };
        say(`Seed ${seed}`);
        if (overload === true) {
            const run = await runOverload({ ...common, minutes: 5 });
            await conclude("overload", overloadLines(run), [
                ...overloadProblems(run),
                ...brokenPromises(run.ledger),
            ]);
            return;
        }
        const isShort = short === true;
        const run = await runChaos({
            ...common,
            isShort,
            minutes: isShort ? 3 : minutes,
            mails: isShort ? 300 : mails,
            kinds: faults,
        });
        const ledger = balance(run);
        await conclude(isShort ? undefined : "chaos", chaosLines(run, ledger), brokenPromises(ledger));
    });

/** Prints the report, writes it into its section of the page, and sets the exit code. */
async function conclude(
    section: Section | undefined,
    lines: readonly string[],
    broken: readonly string[],
): Promise<void> {
    process.stdout.write(`${lines.join("\n")}\n`);
    if (section !== undefined) {
        say(`Written: ${await writeSection(section, lines)}`);
    }
    for (const each of broken) {
        say(each);
    }
    say(broken.length === 0 ? "All promises are kept" : `${broken.length} broken promises`);
    process.exitCode = broken.length === 0 ? 0 : 1;
}

try {
    await program.parseAsync();
} catch (error) {
    const aborted = interruption.signal.aborted;
    if (!aborted) {
        say(
            error instanceof UserError ? error.message : String(error instanceof Error ? error.stack : error),
        );
    }
    process.exitCode = aborted ? 130 : error instanceof UsageError ? 2 : 1;
}
