import { setTimeout as sleep } from "node:timers/promises";
import type * as pulumi from "@pulumi/pulumi";
import pLimit, { type LimitFunction } from "p-limit";
import type { LocalEvent } from "./event.ts";
import type { Created, LocalContext, LocalHandler } from "./handler.ts";
import { LocalRunError } from "./localRunError.ts";
import { refusals } from "./preflight.ts";
import { revealSecrets } from "./secrets.ts";

/** A resource that a local run created. Inputs and state contain secrets in plain text: use them for checks, do not display them. */
export interface LocalResource {
    readonly type: string;
    readonly name: string;
    readonly id: string;
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly state: Readonly<Record<string, unknown>>;
}

type ReportEvent = (
    kind: LocalEvent["kind"],
    resource: { type: string; name: string },
    detail?: string,
) => void;

const lastWaitMs = 15_000;

/** The creations of one run: finished, running, and how many of one type may run at the same time. */
export class Creations {
    readonly #handlers: ReadonlyMap<string, LocalHandler>;
    readonly #context: LocalContext;
    readonly #report: ReportEvent;
    readonly #limits = new Map<string, LimitFunction>();
    readonly #underWay = new Set<Promise<Created>>();
    readonly #done: LocalResource[] = [];

    constructor(handlers: readonly LocalHandler[], context: LocalContext, reportEvent: ReportEvent) {
        this.#handlers = new Map(handlers.map((handler) => [handler.type, handler]));
        this.#context = context;
        this.#report = reportEvent;
    }

    /** In the order of their creation. */
    get done(): readonly LocalResource[] {
        return this.#done;
    }

    get underWay(): number {
        return this.#underWay.size;
    }

    isSupported(type: string): boolean {
        return this.#handlers.has(type);
    }

    /** @throws an error that begins with the resource, or an AbortError when the run was stopped */
    async create(args: pulumi.runtime.MockResourceArgs): Promise<Created> {
        const creation = this.#create(args);
        this.#underWay.add(creation);
        try {
            return await creation;
        } finally {
            this.#underWay.delete(creation);
        }
    }

    /** Waits for running creations to end, up to a time limit. */
    async settled(): Promise<void> {
        await Promise.race([
            Promise.allSettled(this.#underWay),
            sleep(lastWaitMs, undefined, { ref: false }),
        ]);
    }

    async #create({ type, name, provider = "", ...args }: pulumi.runtime.MockResourceArgs): Promise<Created> {
        const handler = this.#handlers.get(type);
        if (handler === undefined) {
            const late = { type, name, plainInputs: {}, adopted: false };
            throw new LocalRunError(refusals([late], () => false, this.#context.stack));
        }
        const inputs = revealSecrets(args.inputs) as LocalResource["inputs"]; // the SDK always sends an object
        return await this.#limit(handler)(async () => {
            this.#context.signal.throwIfAborted();
            this.#report("creating", { type, name });
            const waiting = (detail: string): void => {
                this.#report("waiting", { type, name }, detail);
            };
            try {
                const created = await handler.create(
                    { type, name, inputs, provider, waiting },
                    this.#context,
                );
                this.#done.push({ type, name, id: created.id, inputs, state: created.state ?? {} });
                this.#report("created", { type, name });
                return created;
            } catch (error) {
                throw placed(error, handler.noun, name);
            }
        });
    }

    #limit({ type, concurrency = Number.POSITIVE_INFINITY }: LocalHandler): LimitFunction {
        const limit = this.#limits.get(type) ?? pLimit(concurrency);
        this.#limits.set(type, limit);
        return limit;
    }
}

function placed(error: unknown, noun: string, name: string): unknown {
    if (error instanceof Error && error.name === "AbortError") {
        return error;
    }
    const message = error instanceof Error ? error.message : String(error);
    return new Error(`${noun} "${name}": ${message}`, { cause: error });
}
