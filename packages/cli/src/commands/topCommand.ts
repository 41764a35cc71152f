import { setTimeout as sleep } from "node:timers/promises";
import { BrokerUnreachable } from "@spot-messaging/management";
import type { Duration, Topology } from "@spot-messaging/topology";
import sliceAnsi from "slice-ansi";
import { brokerOfInput } from "../input/brokerOfInput.ts";
import { isBrokerUrl } from "../input/brokerUrl.ts";
import { type BrokerView, hasProblems, readView, viewJson } from "../input/brokerView.ts";
import type { LiveBroker } from "../input/liveBroker.ts";
import { type InputOptions, readTopologyInput } from "../input/topologyInput.ts";
import type { CommandIo, CommandResult } from "../process/commandIo.ts";
import type { Screen } from "../process/screen.ts";
import type { Page } from "../render/paint.ts";
import { renderTop } from "../render/top.ts";
import { parseInterval } from "./interval.ts";

export interface TopCommandOptions extends InputOptions {
    readonly broker?: string;
    readonly interval: string;
    readonly once?: true;
    readonly json?: true;
}

/**
 * Shows the declared queues with their numbers on a broker, and refreshes them until the user quits.
 * @returns the output without a terminal; exit code 1 if there is a problem
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function watchTopology(options: TopCommandOptions, io: CommandIo): Promise<CommandResult> {
    const interval = parseInterval(options.interval);
    const input = await readTopologyInput(options, io);
    const { topology } = input;
    const broker = await brokerOfInput(options.broker ?? liveInput(options), input, io.env);
    // If the first request fails, the command ends.
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
        await refresh(screen, { first, broker, topology, interval, page: io.page });
    } finally {
        screen.close();
    }
    return { output: "", exitCode: 0 };
}

interface Display {
    readonly first: BrokerView;
    readonly broker: LiveBroker;
    readonly topology: Topology;
    readonly interval: Duration;
    readonly page: Page;
}

async function refresh(screen: Screen, { first, broker, topology, interval, page }: Display): Promise<void> {
    let view = first;
    let failure = "";
    for (;;) {
        const foot = failure === "" ? "q quits" : failure;
        const text = renderTop(view, { ...page, width: screen.columns() }, screen.rows() - 2);
        const shown = `${text}\n${page.paint(failure === "" ? "faint" : "error", foot)}`;
        // A wrapped line would push the first lines off the screen.
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
            failure = "";
        } catch (error) {
            // The broker may be restarting, so the last numbers stay on the screen.
            if (!(error instanceof BrokerUnreachable)) {
                throw error;
            }
            failure = error.message;
        }
    }
}

/** Waits for the interval, or until the user quits. */
async function hasEnded(ended: AbortSignal, interval: Duration): Promise<boolean> {
    await sleep(interval, undefined, { signal: ended }).catch(() => undefined);
    return ended.aborted;
}

/** The live broker that the topology is read from. */
function liveInput({ file, definitions }: TopCommandOptions): string | undefined {
    const place = file ?? definitions;
    return place !== undefined && isBrokerUrl(place) ? place : undefined;
}
