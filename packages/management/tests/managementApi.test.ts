import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { BrokerRefused, BrokerUnreachable, type ManagementApi, managementApi } from "../src/managementApi.ts";
import { type FakeAnswer, type FakeBroker, fakeBroker } from "./fakeBroker.ts";

const brokers: FakeBroker[] = [];

afterEach(() => {
    for (const broker of brokers.splice(0)) {
        broker.close();
    }
});

async function brokerAnswering(answer: FakeAnswer | null): Promise<FakeBroker> {
    const broker = await fakeBroker(() => answer);
    brokers.push(broker);
    return broker;
}

const credentials = { username: "operator", password: "canary-pass" };

function client(endpoint: string): ManagementApi {
    return managementApi({ endpoint, ...credentials, timeoutMs: 300 });
}

describe("requests", () => {
    it.each<[string, (api: ManagementApi) => Promise<unknown>, string, unknown]>([
        ["the default vhost", (api) => api.putVhost("/"), "PUT /api/vhosts/%2F", {}],
        [
            "a name with a slash, a percent sign and a space",
            (api) =>
                api.declareQueue("a b", "x/y%2F", { durable: true, auto_delete: false, arguments: { n: 1 } }),
            "PUT /api/queues/a%20b/x%2Fy%252F",
            { durable: true, auto_delete: false, arguments: { n: 1 } },
        ],
        [
            "an empty routing key",
            (api) =>
                api.declareBinding("/", {
                    source: "events",
                    destination: "audit",
                    destinationType: "queue",
                    routingKey: "",
                    arguments: {},
                }),
            "POST /api/bindings/%2F/e/events/q/audit",
            { routing_key: "", arguments: {} },
        ],
        [
            "a binding between exchanges",
            (api) =>
                api.deleteBinding("v", { source: "a", destination: "b", destinationType: "exchange" }, "k/~"),
            "DELETE /api/bindings/v/e/a/e/b/k%2F~",
            undefined,
        ],
        [
            "a user with tags",
            (api) => api.putUser("ops", { password: "p", tags: ["monitoring", "policymaker"] }),
            "PUT /api/users/ops",
            { password: "p", tags: "monitoring,policymaker" },
        ],
        ["a purge", (api) => api.purgeQueue("v", "q"), "DELETE /api/queues/v/q/contents", undefined],
    ])("encodes %s", async (_, call, line, body) => {
        const { endpoint, seen } = await brokerAnswering({ status: 204 });
        await call(client(endpoint));
        const authorization = `Basic ${Buffer.from("operator:canary-pass").toString("base64")}`;
        expect(seen).toEqual([{ line, authorization, body }]);
    });

    it("publishes to the default exchange under the name that the API has for it", async () => {
        const { endpoint, seen } = await brokerAnswering({ body: '{"routed":true}' });
        const routed = await client(endpoint).publish("v", "", { routingKey: "q", payload: "hello" });
        expect(routed).toBe(true);
        expect(seen.map(({ line, body }) => ({ line, body }))).toEqual([
            {
                line: "POST /api/exchanges/v/amq.default/publish",
                body: { routing_key: "q", payload: "hello", payload_encoding: "string", properties: {} },
            },
        ]);
    });

    it("keeps a path prefix and drops a trailing slash", async () => {
        const { endpoint, seen } = await brokerAnswering({ status: 204 });
        await client(`${endpoint}/rabbit/`).deleteVhost("v");
        expect(seen[0]?.line).toBe("DELETE /rabbit/api/vhosts/v");
    });

    it("refuses a name that a URL would drop", async () => {
        await expect(client("http://127.0.0.1:1").deleteQueue("v", "..")).rejects.toThrow(
            'the name ".." cannot be part of a URL; choose another name',
        );
    });
});

describe("answers", () => {
    it("reads counts that the broker has not collected yet as zero", async () => {
        const { endpoint } = await brokerAnswering({ body: '[{"name":"q","vhost":"v"}]' });
        expect(await client(endpoint).listQueues("v")).toEqual([
            {
                name: "q",
                vhost: "v",
                messages: 0,
                messages_ready: 0,
                messages_unacknowledged: 0,
                consumers: 0,
            },
        ]);
    });

    it("reads a message without properties, which the broker sends as a list", async () => {
        const body = JSON.stringify([
            {
                exchange: "",
                routing_key: "q",
                redelivered: false,
                message_count: 0,
                payload: "x",
                payload_encoding: "string",
                properties: [],
            },
        ]);
        const { endpoint } = await brokerAnswering({ body });
        expect((await client(endpoint).getMessages("v", "q", 1))[0]?.properties).toEqual({});
    });

    it("answers the properties key of a new binding, decoded", async () => {
        const { endpoint } = await brokerAnswering({ status: 201, headers: { location: "q/a%252Fb" } });
        const key = await client(endpoint).declareBinding("v", {
            source: "a",
            destination: "b",
            destinationType: "queue",
            routingKey: "a/b",
            arguments: {},
        });
        expect(key).toBe("a%2Fb");
    });
});

describe("errors", () => {
    it("names request, status and the broker's reason, never the body or the credentials", async () => {
        const { endpoint } = await brokerAnswering({
            status: 400,
            body: '{"error":"bad_request","reason":"no such tag"}',
        });
        const error: unknown = await client(endpoint)
            .putUser("ops", { password: "user-secret", tags: [] })
            .catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(BrokerRefused);
        expect(error).toMatchObject({
            status: 400,
            reason: "no such tag",
            request: "PUT /api/users/ops",
            message: `broker "${endpoint}" refused PUT /api/users/ops with 400 (no such tag)`,
        });
    });

    it("says what to check when the broker does not know the user", async () => {
        const { endpoint } = await brokerAnswering({
            status: 401,
            body: '{"error":"not_authorized","reason":"Login failed"}',
        });
        await expect(client(endpoint).overview()).rejects.toThrow(
            `broker "${endpoint}" refused GET /api/overview with 401 (Login failed); check the username and the password`,
        );
    });

    it("falls back to the status text when a proxy answers in HTML", async () => {
        const { endpoint } = await brokerAnswering({ status: 502, body: "<html>" });
        await expect(client(endpoint).nodes()).rejects.toThrow(
            `broker "${endpoint}" refused GET /api/nodes with 502 (Bad Gateway)`,
        );
    });

    it("says so when the endpoint is something else", async () => {
        const { endpoint } = await brokerAnswering({ body: "<html>" });
        await expect(client(endpoint).nodes()).rejects.toThrow(
            `broker "${endpoint}" answered GET /api/nodes with something that is not JSON; check that the endpoint is RabbitMQ's management API`,
        );
    });

    it("says so when the answer is JSON of another kind", async () => {
        const { endpoint } = await brokerAnswering({ body: '{"hello":"world"}' });
        await expect(client(endpoint).overview()).rejects.toThrow(
            `broker "${endpoint}" answered in an unexpected form (rabbitmq_version: Invalid input: expected string, received undefined); check that the endpoint is its management API`,
        );
    });

    it("calls a closed port unreachable", async () => {
        const { endpoint, close } = await brokerAnswering(null);
        close();
        const error: unknown = await client(endpoint)
            .overview()
            .catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(BrokerUnreachable);
        expect(error).toMatchObject({
            code: "ECONNREFUSED",
            message: `broker "${endpoint}" cannot be reached (connection refused); check that it runs and that the endpoint is right`,
        });
    });

    it.each<[string, (api: ManagementApi) => Promise<unknown>, number]>([
        ["repeats a GET", (api) => api.get(["queues"]), 2],
        ["repeats a PUT", (api) => api.putVhost("spot"), 2],
        ["does not repeat a POST", (api) => api.post(["rebalance", "queues"], {}), 1],
        ["does not repeat a DELETE", (api) => api.deleteVhost("spot"), 1],
    ])("%s whose connection the broker closes instead of an answer", async (_, ask, requests) => {
        let seen = 0;
        const server = createServer(({ socket }, response) => {
            seen += 1;
            if (seen === 1) {
                socket.destroy();
            } else {
                response.end("{}");
            }
        }).listen(0, "127.0.0.1");
        await once(server, "listening");
        const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
        const api = managementApi({ ...credentials, endpoint: `http://127.0.0.1:${port}` });
        const outcome = await ask(api).then(
            () => "answered",
            (error: unknown) => (error instanceof BrokerUnreachable ? "unreachable" : String(error)),
        );
        server.closeAllConnections();
        server.close();
        expect({ outcome, seen }).toEqual({
            outcome: requests === 1 ? "unreachable" : "answered",
            seen: requests,
        });
    });

    it("fails for a broker that never answers", async () => {
        const { endpoint } = await brokerAnswering(null);
        await expect(client(endpoint).overview()).rejects.toThrow(
            `broker "${endpoint}" cannot be reached (no answer within 0.3 s); check that it runs and that the endpoint is right`,
        );
    });

    it("rejects with the reason of an abort, not with an unreachable broker", async () => {
        const { endpoint } = await brokerAnswering(null);
        const controller = new AbortController();
        const asked = managementApi({ endpoint, ...credentials, signal: controller.signal }).overview();
        controller.abort(new Error("interrupted"));
        await expect(asked).rejects.toThrow("interrupted");
    });

    it.each([
        [
            "localhost:15672",
            'broker endpoint "localhost:15672" is not an http or https URL; write it as http://host:15672',
        ],
        [
            "http://guest:canary-pass@broker:15672",
            'broker endpoint "http://broker:15672" carries credentials; give them as username and password instead',
        ],
    ])("refuses the endpoint %s", (endpoint, sentence) => {
        expect(() => client(endpoint)).toThrow(new Error(sentence));
    });
});
