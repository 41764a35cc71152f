import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { withLock } from "../../src/images/lock.ts";

it("lets one work begin only when the other has ended, also when that one failed", async () => {
    const events: string[] = [];
    const work = async (name: string): Promise<void> => {
        events.push(`${name} begins`);
        await sleep(100);
        events.push(`${name} ends`);
        throw new Error(name);
    };
    const name = "a test of locks";
    const outcomes = await Promise.allSettled(
        ["one", "other"].map((each) =>
            withLock(
                name,
                () => undefined,
                () => work(each),
            ),
        ),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    const [first] = events;
    const order = first === "one begins" ? ["one", "other"] : ["other", "one"];
    expect(events).toEqual(order.flatMap((each) => [`${each} begins`, `${each} ends`]));
});
