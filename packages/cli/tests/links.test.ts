import { describe, expect, it } from "vitest";
import { casePath, topology } from "./topologyRun.ts";

const secret = "s3cr3t-s3cr3t";

describe("shovels, federation and plugins", () => {
    it.each<readonly [string, number, readonly string[]]>([
        [
            "trace-shovels.txt",
            0,
            ["trace", "--definitions", casePath("shovels"), "--exchange", "outbound", "--key", "order.new"],
        ],
        [
            "trace-federation.txt",
            0,
            ["trace", "--definitions", casePath("federation"), "--exchange", "events", "--key", "x"],
        ],
        [
            "trace-plugins.txt",
            0,
            ["trace", "--definitions", casePath("pluginExchanges"), "--exchange", "orders", "--key", "x"],
        ],
        ["list-shovels.txt", 0, ["list", "shovels", "--definitions", casePath("shovels"), "-o", "wide"]],
        ["list-upstreams.txt", 0, ["list", "upstreams", "--definitions", casePath("federation")]],
        ["list-parameters.txt", 0, ["list", "parameters", "--definitions", casePath("federation")]],
        ["explain-shovels.txt", 0, ["explain", "archive", "--definitions", casePath("shovels")]],
        [
            "explain-federation.txt",
            0,
            ["explain", "--exchange", "events", "--definitions", casePath("federation")],
        ],
        ["explain-shovel.txt", 0, ["explain", "--shovel", "away", "--definitions", casePath("shovels")]],
        [
            "explain-upstream.txt",
            0,
            ["explain", "--upstream", "north", "--definitions", casePath("federation")],
        ],
    ])("are shown as they work: %s", async (golden, code, args) => {
        const { exitCode, output, errors } = await topology(args);
        expect([exitCode, errors]).toEqual([code, ""]);
        await expect(output).toMatchFileSnapshot(`golden/${golden}`);
    });

    it("count as a delivery where a shovel takes a message from an exchange without bindings", async () => {
        const { exitCode, output } = await topology([
            "trace",
            "--definitions",
            casePath("shovels"),
            "--exchange",
            "outbound",
            "--key",
            "order.new",
            "--expect",
            "copies",
        ]);
        expect([exitCode, output.trimEnd().split("\n").at(-1)]).toEqual([0, "as expected"]);
    });

    it.each(["shovels", "federation"])("never show a password of %s", async (name) => {
        const definitions = ["--definitions", casePath(name)];
        const commands = [
            ["check", "--verbose"],
            ["check", "--json"],
            ["list", "shovels", "-o", "json"],
            name === "shovels"
                ? ["explain", "--shovel", "away", "--json"]
                : ["explain", "--upstream", "north", "--json"],
            ["list", "upstreams", "-o", "yaml"],
            ["list", "parameters", "-o", "json"],
            [
                "trace",
                "--exchange",
                name === "shovels" ? "outbound" : "events",
                "--key",
                "order.new",
                "--json",
            ],
            ["explain", "--exchange", name === "shovels" ? "outbound" : "events", "--json"],
        ];
        for (const command of commands) {
            const { output, errors } = await topology([...command, ...definitions]);
            expect(`${output}${errors}`, command.join(" ")).not.toContain(secret);
            expect(output).not.toBe("");
        }
    });

    it.each([
        [["--shovel", "awya"], 'shovel "awya" does not exist; did you mean "away"?'],
        [
            ["--upstream", "north"],
            'federation upstream "north" does not exist; there is no federation upstream',
        ],
        [["--shovel", "away", "--upstream", "north"], "--shovel and --upstream: name one of them"],
    ])("are found by their names: %j", async (args, error) => {
        const { exitCode, errors } = await topology([
            "explain",
            ...args,
            "--definitions",
            casePath("shovels"),
        ]);
        expect([exitCode, errors.trim()]).toEqual([2, error]);
    });

    it("show a shovel that moves messages elsewhere as a change that needs approval", async () => {
        const { exitCode, output } = await topology([
            "review",
            "--base",
            casePath("shovelMovedBase"),
            "--head",
            casePath("shovelMovedHead"),
        ]);
        expect(exitCode).toBe(1);
        expect(output.split("\n").slice(0, 5)).toEqual([
            'topology: 1 to change, messages are dropped: shovel "mv": dest-queue dst -> elsewhere; not approved',
            "",
            "needs approval before deployment",
            '  shovel "mv": dest-queue dst -> elsewhere: messages are dropped',
            '    why: messages from queue "src" in vhost "/" arrive in queue "elsewhere" in vhost "/" instead of queue "dst" in vhost "/" (shovel.moved, https://www.rabbitmq.com/docs/shovel-dynamic)',
        ]);
    });

    it.each([
        ["markdown", "--markdown"],
        ["JSON", "--json"],
    ])("show no password in a review's %s", async (_, option) => {
        const { output } = await topology([
            "review",
            "--base",
            casePath("shovels"),
            "--head",
            casePath("federation"),
            option,
            ...(option === "--markdown" ? ["-"] : []),
        ]);
        expect(output).toContain("across");
        expect(output).not.toContain(secret);
    });
});
