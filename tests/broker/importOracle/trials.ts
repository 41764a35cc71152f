import type { BrokerVersion } from "@spot-messaging/topology";
import fc from "fast-check";
import { type Base, basesFor } from "./bases.ts";
import { type JsonObject, jsonText } from "./jsonText.ts";
import { lists, type Mutation, mutationsOf, mutationsOfWhole, sliceOf } from "./mutations.ts";

/** A file to import and to check. */
export interface ImportTrial {
    /** What was changed: `wide: queues[2].durable: "text"`. */
    readonly name: string;
    /** A virtual host that no other trial uses; the text contains its name. */
    readonly vhost: string;
    /** Whether it goes to `POST /api/definitions/VHOST`. */
    readonly isOfVhost: boolean;
    readonly text: string;
}

/** One object of a base, with every mutation of it. */
interface Subject {
    readonly base: Base;
    readonly list: string;
    readonly index: number;
}

interface Draw {
    readonly base: number;
    readonly list: number;
    readonly index: number;
    readonly mutation: number;
    readonly other: number;
    readonly kind: number;
}

const any = fc.nat({ max: 2 ** 30 });
const draws: fc.Arbitrary<Draw> = fc.record({
    base: any,
    list: any,
    index: any,
    mutation: any,
    other: any,
    kind: any,
});

/**
 * Files made of valid ones. Most have one object with the objects that it needs, and one error. Others have two errors, the whole base,
 * changed fields that are not lists, or are imported into one virtual host.
 */
export function* importTrials(version: BrokerVersion, seed: number, count: number): Generator<ImportTrial> {
    const bases = basesFor(version);
    for (const [number, draw] of fc.sample(draws, { seed, numRuns: count }).entries()) {
        yield trialOf(draw, bases, `import-${number}`);
    }
}

function trialOf(draw: Draw, bases: readonly Base[], vhost: string): ImportTrial {
    // The wide base has everything; programs make the others.
    const base = pick(
        [bases[0], bases[0], bases[0], ...bases].filter((each) => each !== undefined),
        draw.base,
    );
    const whole = base.definitions(vhost);
    const isLossy = draw.kind % 20 === 11;
    const list = isLossy
        ? "queues"
        : pick(
              lists.filter((each) => objectsOf(whole, each).length > 0),
              draw.list,
          );
    const subject: Subject = { base, list, index: draw.index % objectsOf(whole, list).length };
    const isWhole = draw.kind % 40 === 0;
    const isOfVhost = draw.kind % 4 === 1 && list !== "users" && list !== "vhosts";
    const slice = isWhole ? whole : sliceOf(whole, subject.list, subject.index);
    const [first, second] = mutationsFor(draw, slice, subject, isWhole);
    const mutated = second === undefined ? first.apply(slice) : second.apply(first.apply(slice));
    return {
        name: `${base.name}${isOfVhost ? ", into a virtual host" : ""}: ${[first, second].flatMap((each) => each?.name ?? []).join("; ")}`,
        vhost,
        isOfVhost,
        text: jsonText(isOfVhost && draw.kind % 8 === 1 ? withoutVhost(mutated) : mutated),
    };
}

/** Mutations after which an import leaves a queue out. */
const lossy =
    /durable: false|auto_delete: true|name: "amq|(?:filter|segment)-size-bytes: "?.*\d$|x-queue-type: "(?:quorum|stream)/;

function mutationsFor(
    draw: Draw,
    slice: JsonObject,
    { list, index }: Subject,
    isWhole: boolean,
): readonly [Mutation, Mutation?] {
    const unchanged: Mutation = { name: "unchanged", apply: (definitions) => definitions };
    if (draw.kind % 50 === 7) {
        return [unchanged];
    }
    if (draw.kind % 25 === 3) {
        return [pick([...mutationsOfWhole(slice)], draw.mutation)];
    }
    const isLossy = draw.kind % 20 === 11;
    const all = [...mutationsOf(slice, list)].filter(
        ({ name }) =>
            (!isLossy || lossy.test(name)) &&
            (!isWhole || name.startsWith(`${list}[${index}]`) || name.startsWith(`${list}:`)),
    );
    const first = all.length === 0 ? unchanged : pick(all, draw.mutation);
    const second = draw.kind % 7 === 2 ? elsewhere(all, first, draw.other) : undefined;
    return second === undefined ? [first] : [first, second];
}

/** A mutation of another field of the same object. */
function elsewhere(all: readonly Mutation[], first: Mutation, at: number): Mutation | undefined {
    const fieldOf = ({ name }: Mutation): string | undefined => /^\w+\[\d+\]\.([\w-]+)/.exec(name)?.[1];
    const others = all.filter((each) => fieldOf(each) !== undefined && fieldOf(each) !== fieldOf(first));
    return fieldOf(first) === undefined || others.length === 0 ? undefined : pick(others, at);
}

/** As the export of one virtual host has it. */
function withoutVhost(definitions: JsonObject): JsonObject {
    return Object.fromEntries(
        Object.entries(definitions).flatMap(([key, value]) =>
            key === "users" || key === "vhosts" || key.endsWith("permissions")
                ? []
                : [[key, Array.isArray(value) ? (value as readonly unknown[]).map(withoutField) : value]],
        ),
    );
}

function withoutField(element: unknown): unknown {
    return typeof element === "object" && element !== null && !Array.isArray(element)
        ? Object.fromEntries(Object.entries(element).filter(([key]) => key !== "vhost"))
        : element;
}

function objectsOf(definitions: JsonObject, list: string): readonly unknown[] {
    return Array.isArray(definitions[list]) ? definitions[list] : [];
}

function pick<T>(items: readonly T[], at: number): T {
    const item = items[at % items.length];
    if (item === undefined) {
        throw new Error("nothing to pick from");
    }
    return item;
}
