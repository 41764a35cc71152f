import { type FakeAnswer, type FakeBroker, fakeBroker } from "../../../management/tests/fakeBroker.ts";

/** Brokers of one test. */
export interface FakeBrokers {
    readonly all: readonly FakeBroker[];
    /** Starts one. @returns its URL, with a user */
    readonly start: (answer: (line: string) => FakeAnswer | null) => Promise<string>;
    readonly close: () => void;
}

export function fakeBrokers(): FakeBrokers {
    const brokers: FakeBroker[] = [];
    return {
        all: brokers,
        start: async (answer) => {
            const fake = await fakeBroker(({ line }) => answer(line));
            brokers.push(fake);
            return fake.endpoint.replace("//", "//admin@");
        },
        close: () => {
            for (const each of brokers.splice(0)) {
                each.close();
            }
        },
    };
}

/** The answer of a broker with one queue and this number of ready messages. */
export function queueCounts(ready: number, name = "result-processor"): FakeAnswer {
    return {
        body: JSON.stringify({
            page_count: 1,
            page: 1,
            page_size: 500,
            items: [
                {
                    vhost: "spot",
                    name,
                    messages_ready: ready,
                    messages_unacknowledged: 0,
                    consumers: 1,
                },
            ],
        }),
    };
}
