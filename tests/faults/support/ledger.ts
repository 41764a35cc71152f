/** A message that is published until the broker confirms it. */
export interface Entry {
    readonly id: string;
    /** The queues that it must arrive in. */
    readonly queues: readonly string[];
    /** Consumers reject it: it must arrive in these dead-letter queues, too. */
    readonly isRejected: boolean;
}

/** What happened to the messages of one experiment. */
export interface Balance {
    readonly confirmed: number;
    /** Confirmed and routed to a queue, and never seen there: `m7 in orders`. */
    readonly lost: readonly string[];
    /** Confirmed, and delivered only to new consumers after those of the experiment got nothing more. @default - none */
    readonly withheld?: readonly string[];
    /** Deliveries of a message that its queue delivered before. */
    readonly duplicates: number;
    /** The maximum number of duplicates that at-least-once delivery explains. */
    readonly inFlight: number;
    /** Without a route when they were published, and in the queue of such messages. */
    readonly parked: number;
    /** The longest time in which one route had no confirmation, in milliseconds. */
    readonly longestSilence: number;
    readonly nacked: number;
    readonly returned: number;
}

/** Records which messages were confirmed, and which were seen where. */
export class Ledger {
    readonly #confirmed = new Map<string, Entry>();
    readonly #seen = new Map<string, number>();
    readonly #deadLettersOf: ReadonlyMap<string, readonly string[]>;
    readonly #readers: ReadonlyMap<string, number>;
    readonly #parking: readonly string[];
    #inFlight = 0;
    #nacked = 0;
    #returned = 0;

    /**
     * @param deadLettersOf the dead-letter queues of each queue
     * @param parking the queues that get messages without a route: what is in them is not lost
     */
    constructor(deadLettersOf: ReadonlyMap<string, readonly string[]>, parking: readonly string[]) {
        this.#deadLettersOf = deadLettersOf;
        this.#parking = parking;
        this.#readers = new Map([...deadLettersOf].map(([queue, to]) => [queue, 1 + to.length]));
    }

    confirm(entry: Entry): void {
        this.#confirmed.set(entry.id, entry);
    }

    nack(): void {
        this.#nacked++;
    }

    return(): void {
        this.#returned++;
    }

    /** The connection was lost before the broker answered: the message is published again, and may arrive twice in each of its queues. */
    repeat({ queues, isRejected }: Entry): void {
        for (const queue of queues) {
            this.#inFlight += isRejected ? (this.#readers.get(queue) ?? 1) : 1;
        }
    }

    /** A consumer lost deliveries whose acknowledgement the broker may not have. */
    redeliver(queue: string, count: number): void {
        this.#inFlight += count * (this.#readers.get(queue) ?? 1);
    }

    see(queue: string, id: string): void {
        const key = `${id} in ${queue}`;
        this.#seen.set(key, (this.#seen.get(key) ?? 0) + 1);
    }

    /** The deliveries so far; it grows as long as messages arrive. */
    get seen(): number {
        return [...this.#seen.values()].reduce((sum, count) => sum + count, 0);
    }

    get confirmed(): number {
        return this.#confirmed.size;
    }

    missing(): readonly string[] {
        return [...this.#confirmed.values()].flatMap(({ id, queues, isRejected }) => {
            if (this.#isParked(id)) {
                return [];
            }
            const all = queues.flatMap((queue) => [
                queue,
                ...(isRejected ? (this.#deadLettersOf.get(queue) ?? []) : []),
            ]);
            return all.map((queue) => `${id} in ${queue}`).filter((key) => !this.#seen.has(key));
        });
    }

    #isParked(id: string): boolean {
        return this.#parking.some((queue) => this.#seen.has(`${id} in ${queue}`));
    }

    balance(longestSilence: number): Balance {
        return {
            confirmed: this.confirmed,
            lost: this.missing(),
            duplicates: [...this.#seen.values()].reduce((sum, count) => sum + count - 1, 0),
            inFlight: this.#inFlight,
            parked: [...this.#confirmed.values()].filter(
                ({ id, queues }) =>
                    this.#isParked(id) && !queues.some((queue) => this.#parking.includes(queue)),
            ).length,
            longestSilence,
            nacked: this.#nacked,
            returned: this.#returned,
        };
    }
}
