import type { BrokerVersion } from "@spot-messaging/topology";
import { parseJson } from "../../../packages/topology/src/definitions/jsonDocument.ts";
import { type ImportTarget, importProblems } from "../../../packages/topology/src/import/importProblems.ts";
import type { KnownBroker } from "../../../packages/topology/src/import/knownBroker.ts";
import type { ImportAnswer, ImportBroker } from "./importBroker.ts";
import type { ImportTrial } from "./trials.ts";

/** The result of one trial. */
export type TrialResult = "accepted" | "left out" | "refused" | "undecided" | Disagreement;

/** A file for which the verdict and the broker differ. */
export interface Disagreement {
    readonly trial: ImportTrial;
    readonly broker: string;
    readonly verdict: string;
}

/** Imports a file and compares the outcome with the verdict. */
export async function tryImport(
    trial: ImportTrial,
    broker: ImportBroker,
    version: BrokerVersion,
    known: KnownBroker,
): Promise<TrialResult> {
    const { text, vhost, isOfVhost } = trial;
    const target: ImportTarget = { version, broker: known, ...(isOfVhost && { vhost }) };
    const problems = importProblems(parseJson(text), target);
    const refusals = problems.filter(({ outcome }) => outcome === "refused");
    const isRefused = refusals.some(({ unless }) => unless === undefined);
    if (!isRefused && refusals.length > 0) {
        return "undecided";
    }
    const answer = await broker.import(text, vhost, isOfVhost);
    const verdict =
        problems.map(({ place, message }) => `${place}: ${message}`).join("\n") || "nothing to report";
    if (answer.isAccepted === isRefused) {
        return { trial, broker: answer.reason, verdict };
    }
    if (isRefused) {
        return "refused";
    }
    const leftOut = problems.flatMap(({ outcome, path }) =>
        outcome === "leftOut" && path[0] === "queues" ? [Number(path[1])] : [],
    );
    const wanted = queuesOf(trial, leftOut);
    const missing = wanted.filter((name) => !answer.queues.includes(name));
    const unexpected = queuesOf(trial, []).filter(
        (name) => !wanted.includes(name) && answer.queues.includes(name),
    );
    return missing.length + unexpected.length > 0
        ? {
              trial,
              broker: `accepted; queues: ${describe(answer)}`,
              verdict: `${verdict}; queues: ${wanted.join(", ")}`,
          }
        : leftOut.length > 0
          ? "left out"
          : "accepted";
}

function describe({ queues }: ImportAnswer): string {
    return queues.join(", ");
}

/** The names of the queues that a file declares in the trial's virtual host, without some of them. */
function queuesOf({ text, vhost, isOfVhost }: ImportTrial, leftOut: readonly number[]): readonly string[] {
    const { queues } = JSON.parse(text) as {
        readonly queues?: readonly ({ readonly name: string; readonly vhost: string } | null)[];
    };
    return (queues ?? []).flatMap((queue, index) =>
        !leftOut.includes(index) && queue !== null && (isOfVhost || queue.vhost === vhost)
            ? [queue.name]
            : [],
    );
}
