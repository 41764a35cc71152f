import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { duration } from "@spot-messaging/topology";
import { alertGroups, ruleGroup } from "@spot-messaging/topology/alerts";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../../src/cli/project.ts";
import { runbooks, runbookUrl } from "../../../src/monitoring/runbooks.ts";
import { serviceAlertGroups } from "../../../src/monitoring/serviceAlerts.ts";
import { devTopology } from "../environments.ts";
import {
    alertPages,
    blockKinds,
    blocksOf,
    commandsOf,
    missingLines,
    operationPages,
    preamble,
    runbooksFolder,
    runbooksIndex,
} from "./runbooks.ts";

const topology = devTopology("4.3", {});
const common = { topology, matchers: {}, target: "--stack dev" };
const groups = [
    ...alertGroups(topology, { ...common, nodes: 3 }),
    ...serviceAlertGroups({ ...common, analysisDeadline: duration("2 minutes") }),
];
const alerts = [...new Set(groups.flatMap((group) => group.alerts.map(({ name }) => name)))].sort();

const read = (page: string): string => readFileSync(join(projectRoot, page), "utf8");
const filesIn = (folder: string): readonly string[] =>
    readdirSync(join(projectRoot, runbooksFolder, folder))
        .map((name) => `${runbooksFolder}/${folder}/${name}`)
        .sort();

const pages = [...alertPages, ...operationPages];
/** One screen. */
const maximumLines = 60;

/** What the broker, the services and Kubernetes answer is tested in tests/broker/runbooks.test.ts and tests/kube/runbooks.test.ts. */
describe("the runbooks", () => {
    it("have one page for each alert, and no page for anything else", () => {
        expect(Object.values(runbooks).flat().sort()).toEqual(alerts);
        expect(filesIn("alerts")).toEqual([...alertPages].sort());
        expect(filesIn("operations")).toEqual([...operationPages].sort());
    });

    it.each(Object.entries(runbooks))("name their alerts on the page and in the index: %s", (name, own) => {
        const [, line = ""] = /^(Alerts?: .*)$/m.exec(read(`${runbooksFolder}/alerts/${name}.md`)) ?? [];
        const named = [...line.matchAll(/`([A-Z][a-z]\w+)`/g)].map(([, alert]) => alert);
        expect(named.sort()).toEqual([...own].sort());
        const row = read(runbooksIndex)
            .split("\n")
            .find((each) => each.includes(`](alerts/${name}.md) | \``));
        expect([...(row ?? "").matchAll(/`([A-Z]\w+)`/g)].map(([, alert]) => alert)).toEqual(own);
    });

    it("are linked by every alert, if the stack has the folder's URL", () => {
        const rules = groups.flatMap(
            (group) => ruleGroup(group, runbookUrl("https://example.com/alerts")).rules,
        );
        const linked = rules.map(({ annotations }) =>
            annotations.runbook_url?.replace("https://example.com/", ""),
        );
        expect(linked.filter((path) => !alertPages.includes(`${runbooksFolder}/${path ?? ""}`))).toEqual([]);
        expect(runbookUrl("https://example.com/alerts")("Unknown")).toBeUndefined();
        expect(
            groups.flatMap((group) => ruleGroup(group).rules).map(({ annotations }) => annotations),
        ).toEqual(rules.map(({ annotations: { summary, description } }) => ({ summary, description })));
    });

    it.each(pages)("fit one screen and have the same parts: %s", (page) => {
        const headings = [...read(page).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
        expect(headings.slice(-2)).toEqual(["Resolved when", "Escalate"]);
        expect(read(page).split("\n").length).toBeLessThanOrEqual(maximumLines);
    });

    it.each(pages)("have only blocks that a test executes: %s", (page) => {
        const kinds = blocksOf(page)
            .map(({ info }) => info)
            .filter((info) => !["text", "yaml", "sql"].includes(info));
        expect(kinds.filter((info) => !blockKinds.some((kind) => kind === info))).toEqual([]);
        expect(kinds).toContain("sh");
        // tests/engine/database.test.ts and tests/engine/kubernetes.test.ts deploy with the command.
        const deployments = blocksOf(page).filter(({ info }) => info === "sh up");
        expect(
            deployments.filter(({ text }) => !/^npm run up -- "\$STACK"(?: --refresh)?\n$/.test(text)),
        ).toEqual([]);
    });

    it.each([runbooksIndex, ...pages])("name no command in a sentence that no block has: %s", (page) => {
        const executed = [runbooksIndex, ...pages].flatMap((each) => blocksOf(each).flatMap(commandsOf));
        const prose = read(page).replaceAll(/^ *```[^]*?^ *```$/gm, "");
        const named = [
            ...prose.matchAll(
                /`((?:kubectl|npm run|npx|rabbitmq\S*|docker|in_node|restart|logs|health) [^`\n]+)`/g,
            ),
        ];
        const unknown = named
            .map(([, command = ""]) => command)
            .filter((command) => !executed.some((each) => each.includes(command)));
        expect(unknown).toEqual([]);
    });

    it("define the same functions on both platforms", () => {
        const functions = (text: string): readonly (string | undefined)[] =>
            [...text.matchAll(/^(\w+)\(\)/gm)].map(([, name]) => name);
        expect(functions(preamble("docker"))).toEqual(functions(preamble("kubernetes")));
    });
});

describe("an expected output", () => {
    it.each([
        ["a 1", "a   22\n", []],
        ["b\na", "a\nb\n", ["a"]],
        ["rabbit@… is up", "rabbit@x1 is up", []],
        ["[1]", "[2]\n", []],
        ["a", "ab", ["a"]],
    ])("is compared line by line: %j and %j", (expected, real, missing) => {
        expect(missingLines(expected, real)).toEqual(missing);
    });
});
