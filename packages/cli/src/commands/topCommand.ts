import { setTimeout as sleep } from "node:timers/promises";
import { BrokerUnreachable } from "@spot-messaging/management";
import {
    type Duration,
    duration,
    formatDuration,
    parseDuration,
    type Topology,
    UsageError,
} from "@spot-messaging/topology";
import sliceAnsi from "slice-ansi";
import { isBrokerUrl } from "../input/brokerUrl.ts";
import { type BrokerView, hasProblems, readView, viewJson } from "../input/brokerView.ts";
import { brokerAtUrl, type LiveBroker, liveBroker } from "../input/liveBroker.ts";
import type { TopologyInput } from "../input/topologyFile.ts";
import { type InputOptions, readTopologyInput } from "../input/topologyInput.ts";
import type { CommandIo, CommandResult } from "../process/commandIo.ts";
import type { Screen } from "../process/screen.ts";
import type { Page } from "../render/paint.ts";
import { renderTop } from "../render/top.ts";

export interface TopCommandOptions extends InputOptions {
    readonly broker?: string;
    readonly interval: string;
    readonly once?: true;
    readonly json?: true;
}

/** The broker counts its queues every five seconds. */
const shortestInterval = duration("1 second");

/**
 * Shows a broker's queues beside what is declared of them, again and again while a person looks.
 * @returns what to print at the end, and 1 where something is wrong at that moment
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function watchTopology(options: TopCommandOptions, io: CommandIo): Promise<CommandResult> {
    const interval = intervalOf(options.interval);
    const input = await readTopologyInput(options, io);
    const { topology } = input;
    const broker = await brokerOf(options, input, io.env);
    // A broker that cannot be reached the first time ends the command.
    const first = await readView(broker, topology);
    if (options.json === true) {
        return {
            output: `${JSON.stringify(viewJson(first), undefined, 4)}\n`,
            exitCode: hasProblems(first) ? 1 : 0,
        };
    }
    if (options.once === true || io.screen === undefined) {
        return { output: `${renderTop(first, io.page)}\n`, exitCode: hasProblems(first) ? 1 : 0 };
    }
    const screen = await io.screen();
    try {
        await drawAgain(screen, { first, broker, topology, interval, page: io.page });
    } finally {
        screen.close();
    }
    return { output: "", exitCode: 0 };
}

interface Watching {
    readonly first: BrokerView;
    readonly broker: LiveBroker;
    readonly topology: Topology;
    readonly interval: Duration;
    readonly page: Page;
}

async function drawAgain(
    screen: Screen,
    { first, broker, topology, interval, page }: Watching,
): Promise<void> {
    let view = first;
    let trouble = "";
    for (;;) {
        const foot = trouble === "" ? "q quits" : trouble;
        const text = renderTop(view, { ...page, width: screen.columns() }, screen.rows() - 2);
        const shown = `${text}\n${page.paint(trouble === "" ? "faint" : "error", foot)}`;
        // A line that is broken in two would push the first ones out of sight.
        screen.draw(
            shown
                .split("\n")
                .map((line) => sliceAnsi(line, 0, screen.columns()))
                .join("\n"),
        );
        if (await hasEnded(screen.ended, interval)) {
            return;
        }
        try {
            view = await readView(broker, topology);
            trouble = "";
        } catch (error) {
            // A broker that restarts comes back; whoever looks sees both.
            if (!(error instanceof BrokerUnreachable)) {
                throw error;
            }
            trouble = error.message;
        }
    }
}

/** Waits, but no longer than somebody looks. */
async function hasEnded(ended: AbortSignal, interval: Duration): Promise<boolean> {
    await sleep(interval, undefined, { signal: ended }).catch(() => undefined);
    return ended.aborted;
}

function intervalOf(text: string): Duration {
    const interval = parseDuration(text);
    if (interval === undefined || interval < shortestInterval) {
        throw new UsageError(
            `--interval "${text}" is no time to wait; write "5 seconds", and at least ${formatDuration(shortestInterval)}`,
        );
    }
    return interval;
}

/** The broker that is named, or the one that the topology is read from, or that of the stack. */
async function brokerOf(
    options: TopCommandOptions,
    { stack }: TopologyInput,
    env: CommandIo["env"],
): Promise<LiveBroker> {
    const place = options.file ?? options.definitions;
    const url = options.broker ?? (place !== undefined && isBrokerUrl(place) ? place : undefined);
    if (url !== undefined) {
        return brokerAtUrl(url, env);
    }
    if (stack === undefined) {
        throw new UsageError(
            `"${place ?? ""}" says what is declared, but not on which broker; name it with --broker https://user@host:15671`,
        );
    }
    return liveBroker(await stack.program.brokerOf(stack.name));
}
