import { experimentTable, type Note } from "../../support/experimentTable.ts";
import type { Site } from "./site.ts";

export const faultTable = experimentTable({
    name: "faults",
    page: "broker.md",
    command: "npm run test:faults",
});

/** Declares experiments of one group on a site, which is restored after each, also after a failure. */
export interface SiteExperiments {
    readonly site: () => Site;
    /**
     * @param claim the promise, as a sentence
     * @param fault what goes wrong meanwhile; empty if the claim names it
     */
    readonly experiment: (
        claim: string,
        fault: string,
        run: (site: Site, note: Note) => Promise<void>,
    ) => void;
}

export function siteExperiments(topic: string, version: string, site: () => Site): SiteExperiments {
    return {
        site,
        experiment: (claim, fault, run) => {
            faultTable.experiment(
                {
                    group: `RabbitMQ ${version}: ${topic}`,
                    experiment: claim,
                    ...(fault !== "" && { fault }),
                },
                async (note) => {
                    try {
                        await run(site(), note);
                    } finally {
                        await site().restore();
                    }
                },
            );
        },
    };
}
