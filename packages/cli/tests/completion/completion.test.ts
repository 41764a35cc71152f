import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stdinOf } from "../../../../tests/support/stdinOf.ts";
import { devTopology } from "../../../../tests/unit/environments.ts";
import { kindOf } from "../../src/completion/candidates.ts";
import { shells } from "../../src/completion/scripts.ts";
import { commandLine } from "../../src/process/commandLine.ts";
import { plain } from "../../src/render/paint.ts";
import { type ProgramFolder, programFolder } from "../programFolder.ts";
import { casePath, shop, topology } from "../topologyRun.ts";
import { type ShellFolder, shellFolder } from "./shells.ts";

const odd = "a b; $(touch owned)";

let folder: ProgramFolder;
let session: ShellFolder;

beforeAll(async () => {
    folder = await programFolder();
    const { queues, exchanges, vhosts } = devTopology("4.3");
    const spot = JSON.stringify({
        vhosts,
        queues: queues.map(({ vhost, name }) => ({ vhost, name })),
        exchanges: exchanges.map(({ vhost, name, type }) => ({ vhost, name, type })),
    });
    await folder.write({
        "topology.config.mjs": `import { readFile } from "node:fs/promises";
            import { emptyTopology } from "@spot-messaging/topology";
            import { parseTopology } from "@spot-messaging/topology/definitions";
            export default {
                stacks: ["dev", "green"],
                topologyOf: async () => parseTopology(await readFile(new URL("spot.json", import.meta.url), "utf8")).topology,
            };`,
        "spot.json": spot,
        "odd.json": JSON.stringify({ vhosts: [{ name: "/" }], queues: [{ vhost: "/", name: odd }] }),
        "below/inner.json": "{}",
        "below/other.json": "{}",
    });
    session = await shellFolder(folder.path);
}, 300_000);

afterAll(async () => {
    await session.remove();
    await folder.remove();
});

const commands = [
    "adopt",
    "backup",
    "check",
    "comment",
    "completion",
    "dead",
    "drift",
    "explain",
    "help",
    "list",
    "messages",
    "migrate",
    "peek",
    "redrive",
    "restore",
    "review",
    "snapshot",
    "top",
    "trace",
    "why",
];

describe.each(shells)("in %s, Tab", { timeout: 120_000 }, (shell) => {
    it.each<[string, readonly string[]]>([
        ["", commands],
        ["co", ["comment", "completion"]],
        ["ch", ["check"]],
        ["trace --ex", ["--exchange", "--expect", "--expect-only"]],
        ["trace --exchange=spot.no", ["--exchange=spot.notifications"]],
        ["check --stack ", ["dev", "green"]],
        ["check --stack=g", ["--stack=green"]],
        ["list -o ", ["json", "table", "wide", "yaml"]],
        ["list po", ["policies"]],
        [
            "list users --columns name,",
            ["limits", "name", "permissions", "services", "tags", "vhosts"].map((each) => `name,${each}`),
        ],
        ["explain --stack green notifications.w", ["notifications.webhook", "notifications.webhook.dlq"]],
        ["explain --file below/", ["below/inner.json", "below/other.json"]],
        ["check --definitions=spo", ["--definitions=spot.json"]],
        ["completion ", ["bash", "fish", "zsh"]],
        ["nonsense ", []],
    ])("after topology %s offers what may follow", async (words, expected) => {
        const line = `topology ${words}`;
        const { line: after, offered } = await session.press(shell, line);
        const typed = /\S*$/u.exec(line)?.[0] ?? "";
        const [only] = expected;
        if (after === undefined) {
            expect(offered).toEqual(expected);
        } else if (only !== undefined && expected.length === 1) {
            expect(after).toBe(`${line.slice(0, line.length - typed.length)}${only} `);
        } else {
            // A shell shows only the last part of a path.
            expect(offered).toEqual(
                expected.map((each) => (each.includes("/") ? (each.split("/").at(-1) ?? "") : each)),
            );
        }
    });

    it("quotes a name that the shell would run", async () => {
        const line = "topology explain --file odd.json a";
        const { line: after, offered } = await session.press(shell, line);
        const quoted = "topology explain --file odd.json a\\ b\\;\\ \\$\\(touch\\ owned\\) ";
        expect(after ?? offered).toEqual(after === undefined ? [odd] : quoted);
        expect(await folder.files()).not.toContain("owned");
    });
});

function root(): ReturnType<typeof commandLine> {
    const io = {
        env: {},
        stdin: stdinOf(""),
        page: { paint: plain },
        print: () => undefined,
        printError: () => undefined,
        today: () => "",
    };
    return commandLine(io, () => undefined);
}

const all = root().commands.filter((each) => each.name() !== "complete");

async function offers(...words: readonly string[]): Promise<readonly string[]> {
    const { exitCode, output, errors } = await topology(["complete", "--", ...words]);
    expect([exitCode, errors]).toEqual([0, ""]);
    return output
        .split("\n")
        .slice(0, -1)
        .map((line) => line.split("\t")[0] ?? "");
}

describe("the completion", () => {
    it.each(all.map((each) => each.name()))("of %s offers each of its options", async (name) => {
        const options = all.find((each) => each.name() === name)?.options ?? [];
        expect((await offers(name, "--")).toSorted()).toEqual(
            [...options.map(({ long }) => long ?? ""), "--help"].toSorted(),
        );
    });

    it("of the command itself offers its options, and each command with its description", async () => {
        expect(await offers("-")).toEqual(["--version", "--help"]);
        const { output } = await topology(["complete", "--", ""]);
        expect(output).toContain("check\tfind the problems of a topology\n");
    });

    it("knows the values of each option and argument, except those without a fixed set of values", () => {
        const unknown = all.flatMap((command) => [
            ...command.options
                .filter(
                    ({ required, optional, argChoices, flags, long }) =>
                        (required || optional) &&
                        argChoices === undefined &&
                        kindOf({ flags, name: long?.slice(2) ?? "" }) === undefined,
                )
                .map(({ flags }) => `${command.name()} ${flags}`),
            ...command.registeredArguments
                .filter(
                    (each) =>
                        each.argChoices === undefined &&
                        kindOf({ flags: `<${each.name()}>`, name: "" }) === undefined,
                )
                .map((each) => `${command.name()} ${each.name()}`),
        ]);
        expect(unknown).toEqual([
            "trace --key <key>",
            "trace --header <name=value...>",
            "list --broker <url>",
            "top --broker <url>",
            "top --interval <duration>",
            "dead --broker <url>",
            "dead --amqp <url>",
            "dead --limit <count>",
            "why --broker <url>",
            "why --amqp <url>",
            "why --limit <count>",
            "why --id <id>",
            "peek --broker <url>",
            "peek --amqp <url>",
            "peek --limit <count>",
            "redrive --broker <url>",
            "redrive --amqp <url>",
            "redrive --reason <reason...>",
            "redrive --error <type...>",
            "redrive --older-than <age>",
            "redrive --newer-than <age>",
            "redrive --key <key...>",
            "redrive --header <name=value...>",
            "redrive --id <id...>",
            "redrive --to-key <key>",
            "redrive --limit <count>",
            "redrive --rate <count>",
            "redrive --batch <count>",
            "messages --broker <url>",
            "messages --amqp <url>",
            "messages --reason <reason...>",
            "messages --error <type...>",
            "messages --older-than <age>",
            "messages --newer-than <age>",
            "messages --key <key...>",
            "messages --header <name=value...>",
            "messages --id <id...>",
            "messages --to-key <key>",
            "messages --limit <count>",
            "messages --rate <count>",
            "messages --batch <count>",
            "backup --broker <url>",
            "backup --amqp <url>",
            "restore --broker <url>",
            "restore --amqp <url>",
            "drift --broker <url>",
            "drift --operator <user...>",
            "drift --interval <duration>",
            "review --broker <url>",
            "migrate --rename <old=new...>",
            "migrate --broker <url>",
            "migrate --amqp <url>",
            "migrate --discard <stream...>",
            "migrate --wait <duration>",
            "adopt --broker <url>",
            "adopt --name <name>",
            "comment --repo <owner/name>",
            "comment --pull <number>",
            "comment --api <url>",
            "comment --author <login>",
            "comment --project <name>",
            "comment --timeout <duration>",
        ]);
    });

    it.each<[string, readonly string[], readonly string[]]>([
        ["queues of a file", ["explain", "--file", shop, ""], ["orders", "orders.archive", "retry"]],
        ["exchanges", ["explain", "--file", shop, "--exchange", ""], ["archive", "dlx", "orders"]],
        ["shovels", ["explain", "--file", casePath("shovels"), "--shovel", ""], ["across", "copy", "away"]],
        [
            "upstreams",
            ["explain", "--file", casePath("federation"), "--upstream", ""],
            ["idle", "north", "south"],
        ],
        ["users", ["explain", "--file", casePath("users"), "--user", "w"], ["warehouse"]],
        ["virtual hosts", ["check", "--file", shop, "--vhost", ""], ["/", "shop"]],
        [
            "further queues",
            ["trace", "--file", shop, "--expect", "orders", ""],
            ["orders", "orders.archive", "retry"],
        ],
        ["versions", ["check", "--target", "4.3"], ["4.3"]],
        ["stacks of spot", ["check", "--stack", ""], ["dev", "prod"]],
        [
            "columns",
            ["list", "vhosts", "--file", shop, "--sort", "-p"],
            ["-policies", "-protectedFromDeletion"],
        ],
        ["files", ["snapshot", "--config", "any"], [":files"]],
        ["options that were not given", ["check", "--js", "--sarif", "x", "--s"], ["--stack"]],
    ])("offers %s", async (_, words, expected) => {
        expect((await offers(...words)).filter((each) => each !== "none")).toEqual(expected);
    });

    it.each<[string, readonly string[]]>([
        ["a file that does not exist", ["explain", "--file", "none.json", ""]],
        ["a configuration that does not exist", ["check", "--config", "none.ts", "--stack", ""]],
        ["a live broker, which is not asked", ["explain", "--definitions", "https://admin@localhost:1", ""]],
        ["standard input, which is not read", ["explain", "--file", "-", ""]],
        ["a command that does not exist", ["chek", ""]],
        ["a list that does not exist", ["list", "kueues", "--sort", ""]],
        ["a value that can be anything", ["trace", "--key", ""]],
    ])("is silent about %s", async (_, words) => {
        expect(await offers(...words)).toEqual([]);
    });

    it("is silent about a program that fails", async () => {
        await folder.write({ "broken.mjs": "throw new Error('broken');" });
        const config = join(folder.path, "broken.mjs");
        expect(await offers("check", "--config", config, "--stack", "")).toEqual([]);
    });

    it("refuses another shell", async () => {
        expect(await topology(["completion", "tcsh"])).toEqual({
            exitCode: 2,
            output: "",
            errors: "error: command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.\n(see --help)\n",
        });
    });
});
