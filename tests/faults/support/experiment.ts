import { it } from "vitest";
import { experimentTable, type Note } from "../../support/experimentTable.ts";
import type { Site } from "./site.ts";

export const faultTable = experimentTable({
    name: "faults",
    page: "broker.md",
    command: "npm run test:faults",
});

type Run = (site: Site, note: Note) => Promise<void>;

/** Declares experiments on a site, which is restored after each, also after a failure. */
export interface SiteExperiments {
    /**
     * @param claim the promise, as a sentence
     * @param fault what goes wrong during the experiment; empty if the claim names it
     */
    readonly experiment: (claim: string, fault: string, run: Run) => void;
}

/** Experiments that are rows of the table in `docs/reliability/broker.md`. */
export function recordedExperiments(topic: string, version: string, site: () => Site): SiteExperiments {
    return {
        experiment: (claim, fault, run) => {
            const trial = { group: `RabbitMQ ${version}: ${topic}`, experiment: claim };
            faultTable.experiment({ ...trial, ...(fault !== "" && { fault }) }, (note) =>
                restored(site(), run, note),
            );
        },
    };
}

/** Experiments that print their figures. */
export function printedExperiments(site: () => Site): SiteExperiments {
    return {
        experiment: (claim, fault, run) => {
            it(fault === "" ? claim : `${claim}: ${fault}`, async () => {
                await restored(site(), run, (figure) => {
                    process.stderr.write(`faults: ${figure}\n`);
                });
            });
        },
    };
}

async function restored(site: Site, run: Run, note: Note): Promise<void> {
    try {
        await run(site, note);
    } finally {
        await site.restore();
    }
}
