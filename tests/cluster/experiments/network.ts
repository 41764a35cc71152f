import { expect } from "vitest";
import { runInContainer } from "../../../src/cli/runInContainer.ts";
import { experiment } from "../support/experiment.ts";
import {
    describePair,
    imitations,
    isPromised,
    otherPort,
    type Pair,
    sourcesOf,
    targetsOf,
} from "../support/networkPairs.ts";
import { reached, removeProbes, startProbes } from "../support/probes.ts";
import type { Site } from "../support/site.ts";

const group = "Network";

/** More would be slow on a small machine. */
const parallelSources = 6;
/** Policies follow within seconds; trying all pairs takes a minute. */
const settling = { timeout: 300_000, interval: 2_000 };

/** Listens on a port of the mail server that no service needs. */
async function openOtherPort({ sink }: Site): Promise<void> {
    const program = `import socketserver as s; s.ThreadingTCPServer(("0.0.0.0", ${otherPort}), s.BaseRequestHandler).serve_forever()`;
    await runInContainer(sink.container, ["sh", "-c", `python3 -c '${program}' >/dev/null 2>&1 &`]);
}

interface Matrix {
    readonly pairs: readonly Pair[];
    /** How the pairs differ from the promises. */
    readonly wrong: () => Promise<readonly string[]>;
}

async function matrixOf(site: Site): Promise<Matrix> {
    const [sources, targets] = [await sourcesOf(site), await targetsOf(site)];
    const pairs = sources.flatMap((source) =>
        targets
            .filter(({ pod, namespace }) => pod !== source.pod || namespace !== source.namespace)
            .map((target) => ({ source, target })),
    );
    return { pairs, wrong: async () => await wrongOf(site, pairs) };
}

/** A pair is wrong if it differs twice: policies follow new pods within seconds, and a busy machine answers late. */
async function wrongOf(site: Site, pairs: readonly Pair[]): Promise<readonly string[]> {
    const first = await differing(site, pairs);
    const second = first.length === 0 ? [] : await differing(site, first);
    return second
        .map((pair) => `${describePair(pair)} is ${isPromised(pair, site.values) ? "denied" : "allowed"}`)
        .sort();
}

async function differing(site: Site, pairs: readonly Pair[]): Promise<readonly Pair[]> {
    const sources = [...new Set(pairs.map(({ source }) => source))];
    const wrong: Pair[] = [];
    for (let begin = 0; begin < sources.length; begin += parallelSources) {
        const several = sources.slice(begin, begin + parallelSources);
        const found = await Promise.all(
            several.map(async (source) => {
                const own = pairs.filter((pair) => pair.source === source);
                const targets = own.map(({ target }) => target);
                const answers = await reached(site, source, targets);
                return own.filter((pair, index) => isPromised(pair, site.values) !== answers[index]);
            }),
        );
        wrong.push(...found.flat());
    }
    return wrong;
}

export function networkExperiments(site: () => Site): void {
    experiment(
        group,
        "of all pairs of pods and ports, exactly those connect that the how-to promises",
        async (note) => {
            await withProbes(site(), async ({ pairs, wrong }) => {
                const promised = pairs.filter((pair) => isPromised(pair, site().values));
                const found = await wrong();
                note(`${pairs.length} pairs, ${promised.length} promised, ${found.length} wrong`);
                expect(found, found.join("\n")).toEqual([]);
                expect(promised.length).toBeGreaterThan(100);
            });
        },
    );

    experiment(
        group,
        "without one of its policies the pairs of the matrix change, and with it again they do not",
        async (note) => {
            await withProbes(site(), async ({ pairs, wrong }) => {
                const without = async (name: string): Promise<readonly string[]> => {
                    const policy = site().declared.objects.find(
                        ({ kind, metadata }) => kind === "NetworkPolicy" && metadata.name === name,
                    );
                    if (policy === undefined) {
                        throw new Error(`the stack has no network policy "${name}"`);
                    }
                    const { client } = site().cluster;
                    await client.remove(policy);
                    let found: readonly string[] = [];
                    try {
                        await expect
                            .poll(async () => (found = await wrong()).length, settling)
                            .toBeGreaterThan(0);
                    } finally {
                        await client.apply(policy);
                    }
                    note(`${found.length} pairs change without "${name}"`);
                    return found;
                };
                const broker = await without("rabbitmq");
                // Without its policy, the broker has no traffic at all, because everything is denied by default.
                expect(broker.filter((pair) => !pair.endsWith("is denied"))).toEqual([]);
                const open = await without("default-deny");
                expect(open.filter((pair) => !pair.includes("probe-unknown"))).toEqual([]);
                await expect.poll(wrong, settling).toEqual([]);
                note(`${pairs.length} pairs, 0 wrong afterwards`);
            });
        },
    );
}

async function withProbes(site: Site, work: (matrix: Matrix) => Promise<void>): Promise<void> {
    await openOtherPort(site);
    try {
        await startProbes(site, imitations);
        await work(await matrixOf(site));
    } finally {
        await removeProbes(site, imitations);
    }
}
