import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeBroker, fakeBroker } from "../../management/tests/fakeBroker.ts";
import { acceptingBroker, declarations } from "./acceptingBroker.ts";
import { createWith } from "./handlerRun.ts";

let broker: FakeBroker;

beforeEach(async () => {
    broker = await acceptingBroker();
});

afterEach(() => {
    broker.close();
});

describe("providers", () => {
    const type = "rabbitmq:index/vHost:VHost";

    it("refuse what a local run would not put into effect", async () => {
        await expect(
            createWith({
                type: "pulumi:providers:rabbitmq",
                inputs: { endpoint: "http://x", username: "u", password: "p", insecure: "true" },
            }),
        ).rejects.toThrow(
            'a local run does not support input "insecure"; leave it out or use pulumi up --stack dev',
        );
    });

    it("may be configured by the stack", async () => {
        const config = {
            "rabbitmq:endpoint": broker.endpoint,
            "rabbitmq:username": "u",
            "rabbitmq:password": "p",
        };
        await createWith({ type, inputs: { name: "spot" }, config });
        expect(declarations(broker)).toEqual([{ line: "PUT /api/vhosts/spot", body: {} }]);
    });

    it("are missed with a way out", async () => {
        await expect(createWith({ type, inputs: { name: "spot" } })).rejects.toThrow(
            'has no provider, and stack "dev" does not configure the default one; pass a rabbitmq.Provider or set rabbitmq:endpoint, rabbitmq:username and rabbitmq:password',
        );
    });

    it("retry while nothing listens, and end immediately when the run ends", async () => {
        broker.close();
        const controller = new AbortController();
        setTimeout(() => {
            controller.abort();
        }, 100);
        const started = Date.now();
        await expect(
            createWith({
                type,
                inputs: { name: "spot" },
                endpoint: broker.endpoint,
                signal: controller.signal,
            }),
        ).rejects.toMatchObject({ name: "AbortError" });
        expect(Date.now() - started).toBeGreaterThanOrEqual(95);
        expect(Date.now() - started).toBeLessThan(2000);
    });

    it("do not retry a refusal", async () => {
        const refusing = await fakeBroker(() => ({
            status: 401,
            body: '{"error":"not_authorized","reason":"Login failed"}',
        }));
        await expect(
            createWith({ type, inputs: { name: "spot" }, endpoint: refusing.endpoint }),
        ).rejects.toThrow(
            `broker "${refusing.endpoint}" refused GET /api/overview with 401 (Login failed); check the username and the password`,
        );
        expect(refusing.seen).toHaveLength(1);
        refusing.close();
    });
});
