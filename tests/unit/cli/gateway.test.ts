import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { gateway, gatewayOf } from "../../../src/cli/mails/gateway.ts";
import { analyse } from "../../../src/cli/mails/submission.ts";

interface Answer {
    readonly status: number;
    readonly body: unknown;
    readonly headers?: Readonly<Record<string, string>>;
}

const id = "7b0c2c52-6f6a-4a7e-9f2b-0a4dd0f0a001";
const accepted: Answer = { status: 202, body: { id } };
const completed: Answer = { status: 200, body: { id, state: "completed", verdict: "clean" } };

/** A client of the gateway, against a server with prepared answers. */
describe("a client of the gateway", () => {
    let server: Server | undefined;
    let asked: IncomingMessage[] = [];

    afterEach(async () => {
        await new Promise((resolve) => server?.close(resolve));
    });

    /** Answers submissions and questions with `answers` in their order, the last one again and again. */
    async function serve(submissions: readonly Answer[], questions: readonly Answer[]): Promise<string> {
        asked = [];
        const left = { POST: [...submissions], GET: [...questions] };
        server = createServer((request, response) => {
            asked.push(request);
            const answers = request.method === "POST" ? left.POST : left.GET;
            const answer = answers.length > 1 ? answers.shift() : answers[0];
            request.resume().on("end", () => {
                response.writeHead(answer?.status ?? 500, answer?.headers).end(JSON.stringify(answer?.body));
            });
        });
        await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
        return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }

    const mail = { name: "a.eml", content: Buffer.from("Subject: a\r\n\r\nb\r\n") };
    const analysed = async (url: string): Promise<unknown> =>
        await analyse([mail], gateway(url), 5_000, () => undefined);

    it.each([
        [503, { error: "not accepted: the broker is full", outcome: "not accepted" }],
        [503, { error: "not confirmed", outcome: "unknown", id }],
        [409, { error: "the first request with this key is still being processed" }],
        [429, { error: "too many requests" }],
    ])(
        "repeats a submission after %i with the same key, so that it is accepted once: %j",
        async (status, body) => {
            const url = await serve(
                [{ status, body, headers: { "retry-after": "1" } }, accepted],
                [completed],
            );
            expect(await analysed(url)).toMatchObject([
                { name: "a.eml", id, analysis: { verdict: "clean" } },
            ]);
            const keys = asked
                .filter(({ method }) => method === "POST")
                .map(({ headers }) => headers["idempotency-key"]);
            expect(keys).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), keys[0]]);
        },
    );

    it.each([
        [400, "body: empty; send the mail as the body"],
        [413, "body: larger than 50 MiB"],
    ])("reports why an e-mail is refused with %i, and goes on with the others", async (status, error) => {
        const url = await serve([{ status, body: { error } }], [completed]);
        expect(await analysed(url)).toEqual([
            { name: "a.eml", id: undefined, refusal: error, analysis: undefined },
        ]);
    });

    it.each([
        ["accepted", { status: 200, body: { id, state: "accepted" } }],
        ["unknown", { status: 200, body: { id, state: "unknown" } }],
        ["running", { status: 200, body: { id, state: "running" } }],
        ["unavailable", { status: 503, body: { error: "orchestrator: does not answer" } }],
        ["too busy", { status: 504, body: { error: "orchestrator: does not answer in time" } }],
    ])("waits for a verdict while the analysis is %s", async (_, answer) => {
        const url = await serve([accepted], [answer, answer, completed]);
        expect(await analysed(url)).toMatchObject([{ id, analysis: { state: "completed" } }]);
    });

    it("sends the token of a client, if the gateway has clients", async () => {
        const gatewayUrl = await serve([accepted], [completed]);
        const access = {
            managementEndpoint: "http://127.0.0.1:1",
            administrator: { username: "a", password: "b" },
            passwords: {},
            gatewayUrl,
        };
        await gatewayOf({ ...access, tokens: { ci: "secret" } })?.submit(mail);
        await gatewayOf({ ...access, tokens: {} })?.submit(mail);
        expect(asked.map(({ headers }) => headers.authorization)).toEqual(["Bearer secret", undefined]);
        expect(gatewayOf({ ...access, gatewayUrl: null })).toBeUndefined();
    });
});

describe("a gateway that does not answer", () => {
    it.each([
        ["http://127.0.0.1:1", "read its log with docker logs, or start it again with npm start"],
        ["https://gateway.invalid", "check that this machine resolves and reaches its host name, "],
    ])("says what to do if %s does not answer", async (url, wayOut) => {
        await expect(gateway(url).counts()).rejects.toThrow(
            new RegExp(`^gateway "${url}" does not answer \\(.+\\); ${wayOut}`),
        );
    });
});
