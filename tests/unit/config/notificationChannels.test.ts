import { describe, expect, it } from "vitest";
import type { RawConfig } from "../../../src/config/configReader.ts";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import { buildTopology } from "../../../src/topology/index.ts";
import { devConfig } from "../environments.ts";
import { problemsOf } from "./configProblems.ts";

const channels: RawConfig = {
    smtpServer: "smtp.example.com:587",
    smtpFrom: "spot@example.com",
    smtpTo: "team@example.com",
    webhookUrl: "https://hooks.example.com/spot?team=7",
};

function settingsOf(raw: RawConfig): unknown {
    const { services } = buildTopology(parseEnvironment("dev", { ...devConfig, ...raw }));
    return services.find(({ name }) => name === "notifier")?.workload?.settings;
}

describe("the channels of notifications", () => {
    it("are files without a mail server and a webhook", () => {
        expect(settingsOf({})).toEqual({ smtp: null, webhookUrl: null });
    });

    it("are the mail server and the webhook of the stack", () => {
        expect(settingsOf(channels)).toEqual({
            smtp: {
                host: "smtp.example.com",
                port: 587,
                from: "spot@example.com",
                to: "team@example.com",
            },
            webhookUrl: "https://hooks.example.com/spot?team=7",
        });
    });

    it.each<[string, RawConfig, string[]]>([
        [
            "a mail server without port",
            { smtpServer: "smtp.example.com" },
            [
                'smtpServer" has the value "smtp.example.com"; write host and port, such as "smtp.example.com:25"',
            ],
        ],
        [
            "a mail server without addresses",
            { smtpFrom: "", smtpTo: "" },
            [
                'smtpFrom" is missing, but "smtpServer" is set; write an address, such as "spot@example.com"',
                'smtpTo" is missing, but "smtpServer" is set; write an address, such as "spot@example.com"',
            ],
        ],
        [
            "an address without mail server",
            { smtpServer: "", smtpTo: "" },
            ['smtpFrom" is set, but "smtpServer" is not; set the server, or remove the address'],
        ],
        [
            "an address that is a name",
            { smtpTo: "team" },
            ['smtpTo" has the value "team"; write an address, such as "spot@example.com"'],
        ],
        ...["ftp://example.com", "hooks.example.com", "https://user:secret@example.com"].map(
            (url): [string, RawConfig, string[]] => [
                `the webhook ${url}`,
                { webhookUrl: url },
                [
                    'webhookUrl" is not the URL of a webhook; write an http or https URL without user and password, such as "https://hooks.example.com/spot"',
                ],
            ],
        ),
    ])("explain what is wrong with %s", (_, changes, expected) => {
        const problems = problemsOf("dev", { ...devConfig, ...channels, ...changes });
        expect(problems.map((each) => each.replace(/^.*spot-messaging:/, ""))).toEqual(expected);
    });
});
