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
import type { Answer } from "../answer.ts";
import { isBrokerUrl } from "../input/brokerUrl.ts";
import { type BrokerView, hasProblems, readView, viewJson } from "../input/brokerView.ts";
import { type NamedBroker, namedBroker, stackBroker } from "../input/topologyBroker.ts";
import { type InputOptions, readTopologyInput, type Surroundings } from "../input/topologyInput.ts";
import type { Page } from "../render/paint.ts";
import { renderTop } from "../render/top.ts";
import type { Screen } from "../screen.ts";

export interface TopCommandOptions extends InputOptions {
    readonly broker?: string;
    readonly interval: string;
    readonly once?: true;
    readonly json?: true;
}

/** What the command needs of the process around it. */
export interface TopSurroundings extends Surroundings {
    readonly page: Page;
    /** The terminal to draw on; `undefined`: nobody looks, so once is enough. */
    readonly screen?: () => Screen;
}

/** The broker counts its queues every five seconds. */
const shortestInterval = duration("1 second");

/**
 * Shows a broker's queues beside what is declared of them, again and again while a person looks.
 * @returns what to print at the end, and 1 where something is wrong at that moment
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function watchTopology(options: TopCommandOptions, around: TopSurroundings): Promise<Answer> {
    const interval = intervalOf(options.interval);
    const { topology } = await readTopologyInput(options, around);
    const broker = await brokerOf(options, around);
    // What cannot be reached at the first time is told like everywhere else.
    const first = await readView(broker, topology);
    if (options.json === true) {
        return {
            output: `${JSON.stringify(viewJson(first), undefined, 4)}\n`,
            exitCode: hasProblems(first) ? 1 : 0,
        };
    }
    if (options.once === true || around.screen === undefined) {
        return { output: `${renderTop(first, around.page)}\n`, exitCode: hasProblems(first) ? 1 : 0 };
    }
    const screen = around.screen();
    try {
        await drawAgain(screen, { first, broker, topology, interval, page: around.page });
    } finally {
        screen.close();
    }
    return { output: "", exitCode: 0 };
}

interface Watching {
    readonly first: BrokerView;
    readonly broker: NamedBroker;
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
async function brokerOf(options: TopCommandOptions, { env }: Surroundings): Promise<NamedBroker> {
    const place = options.file ?? options.definitions;
    const url = options.broker ?? (place !== undefined && isBrokerUrl(place) ? place : undefined);
    if (url !== undefined) {
        return namedBroker(url, env);
    }
    if (place !== undefined) {
        throw new UsageError(
            `"${place}" says what is declared, but not on which broker; name it with --broker https://user@host:15671`,
        );
    }
    return await stackBroker(options.stack ?? "dev");
}
