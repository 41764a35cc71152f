import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSecretName, redactText, redactValue } from "../../src/text/redaction.ts";

describe("a secret in a text", () => {
    it.each([
        ["amqp://shovel:p4ss@rabbit:5672/%2F", "amqp://shovel:[secret]@rabbit:5672/%2F"],
        ["uri amqps://u:a/b@c@rabbit and more", "uri amqps://u:[secret]@rabbit and more"],
        ['{"uri":"https://u:p@host/x","n":1}', '{"uri":"https://u:[secret]@host/x","n":1}'],
        ["https://:token@host", "https://:[secret]@host"],
        ["password=hunter2, user=a", "password=[secret], user=a"],
        ['RABBITMQ_DEFAULT_PASS_PASSWORD: "hunter2"', 'RABBITMQ_DEFAULT_PASS_PASSWORD: "[secret]"'],
        ['{\\"apiKey\\":\\"k-1\\"}', '{\\"apiKey\\":\\"[secret]\\"}'],
        ["Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [secret]"],
        ["Bearer abcdefgh.ijkl", "Bearer [secret]"],
        ["token ghp_0123456789abcdefghijklmnop", "token [secret]"],
        ["see https://hooks.slack.com/services/T000/B000/x now", "see https://hooks.slack.com/[secret] now"],
        ["https://acme.webhook.office.com/webhookb2/1@2/x", "https://acme.webhook.office.com/[secret]"],
        [
            "https://discord.com/api/webhooks/123456789012345678/aBcDeFgHiJkLmN0p-Q",
            "https://discord.com/api/webhooks/[secret]",
        ],
        ["https://chat.example.com/hooks/abcdefghijklmnop1234", "https://chat.example.com/hooks/[secret]"],
        [
            "https://open.example.com/bot/v2/hook/0f1e2d3c-4b5a-6978",
            "https://open.example.com/bot/v2/hook/[secret]",
        ],
        ["https://api.telegram.org/bot123456:AAF-canary_1/send", "https://api.telegram.org/bot[secret]/send"],
        [
            "https://chat.googleapis.com/v1/spaces/a/messages?key=k-1&token=t-1",
            "https://chat.googleapis.com/v1/spaces/a/messages?key=[secret]&token=[secret]",
        ],
        [
            "https://w.logic.azure.com/run?api-version=1&sig=s-1",
            "https://w.logic.azure.com/run?api-version=1&sig=[secret]",
        ],
        [
            "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA",
            "-----BEGIN RSA PRIVATE KEY-----[secret]-----END RSA",
        ],
    ])("is taken out of %s", (text, clean) => {
        expect(redactText(text)).toBe(clean);
        expect(redactText(clean)).toBe(clean);
    });

    it.each([
        "http://127.0.0.1:15672/api/queues?x=1",
        "registry.example.com:5000/app@sha256:0123",
        "docker://registry.example.com:5000/app@sha256:0123",
        'there is no password; put that of user "admin" into TOPOLOGY_BROKER_PASSWORD',
        "the key analyze.job reaches no queue",
        "Missing required configuration variable 'spot-messaging:password'",
        "mail to admin@example.com",
        "https://docs.example.com/webhooks/securing-your-webhooks",
        "https://github.com/acme/operator/blob/main/internal/webhook/v1beta1/queue_webhook.go",
        "queue notifications.webhook",
    ])("is not seen in %s", (text) => {
        expect(redactText(text)).toBe(text);
    });

    it("is taken out in every spelling when it is known", () => {
        const known = ['p@ss"word'];
        expect(redactText('p@ss"word, p%40ss%22word, "p@ss\\"word"', known)).toBe(
            '[secret], [secret], "[secret]"',
        );
    });

    it("is not redacted if it is as short as an ordinary word", () => {
        expect(redactText("a cat", ["a"])).toBe("a cat");
    });

    it("never survives as the password of a URL", () => {
        const password = fc.stringMatching(/^[A-Za-z][A-Za-z0-9!$@/:._~-]{5,20}$/u);
        fc.assert(
            fc.property(password, (secret) => {
                expect(redactText(`see amqp://user:${secret}@rabbit.example.com:5672/spot now`)).toBe(
                    "see amqp://user:[secret]@rabbit.example.com:5672/spot now",
                );
            }),
        );
    });
});

describe("a key that names a secret", () => {
    it.each([
        "password",
        "password_hash",
        "webhookToken",
        "TOPOLOGY_BROKER_PASSWORD",
        "spot-messaging:password",
        "client-secret",
        "apiKey",
        "api_key",
        "Authorization",
        "passwords",
        "webhookUrl",
        "SLACK_WEBHOOK_URL",
    ])("is %s", (key) => {
        expect(isSecretName(key)).toBe(true);
    });

    it.each([
        "maxTokens",
        "secretName",
        "routingKey",
        "dead-letter-routing-key",
        "key",
        "passive",
        "tokenTtl",
        "x-max-length",
        "notifications.webhook",
    ])("is not %s", (key) => {
        expect(isSecretName(key)).toBe(false);
    });

    it("is webhook only where its value is a URL", () => {
        const url = "https://alerts.example.com/x";
        expect(redactValue({ webhook: url, "notifications.webhook": "classic", page: url })).toEqual({
            webhook: "[secret]",
            "notifications.webhook": "classic",
            page: url,
        });
    });

    it("hides its value wherever it stands, and nothing else", () => {
        expect(
            redactValue({
                list: [{ password: "x", name: "a" }],
                secret: { inner: "kept", token: "t" },
                token: 5,
                "https://u:p@h": ["https://u:p@h"],
                password: "",
            }),
        ).toEqual({
            list: [{ password: "[secret]", name: "a" }],
            secret: { inner: "kept", token: "[secret]" },
            token: 5,
            "https://u:[secret]@h": ["https://u:[secret]@h"],
            password: "",
        });
    });
});
