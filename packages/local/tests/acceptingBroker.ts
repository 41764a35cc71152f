import { type FakeBroker, fakeBroker } from "../../management/tests/fakeBroker.ts";

const overview = JSON.stringify({
    rabbitmq_version: "4.3.6",
    erlang_version: "27",
    cluster_name: "c",
    node: "n",
});

/** A broker that accepts every object, and gives each binding a properties key with a slash. */
export async function acceptingBroker(): Promise<FakeBroker> {
    return await fakeBroker(({ line }) =>
        line === "GET /api/overview"
            ? { body: overview }
            : { status: 201, headers: { location: "audit/key%252Fwith%252Fslash" } },
    );
}

/** What a broker was sent to declare. */
export function declarations(broker: FakeBroker): { line: string; body: unknown }[] {
    return broker.seen
        .filter(({ line }) => line !== "GET /api/overview")
        .map(({ line, body }) => ({ line, body }));
}
