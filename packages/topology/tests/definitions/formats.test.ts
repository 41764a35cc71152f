import { describe, expect, it } from "vitest";
import { readDocument } from "../../src/definitions/formats/readDocument.ts";
import { JsonSyntaxError } from "../../src/definitions/jsonDocument.ts";
import { otherInputs } from "./otherInputs.ts";

function report(text: string, isYaml: boolean): string {
    try {
        readDocument(text, { isYaml });
        return "read";
    } catch (error) {
        const at =
            error instanceof JsonSyntaxError ? `${error.position.line}:${error.position.column}: ` : "";
        return error instanceof Error ? `${at}${error.message}` : String(error);
    }
}

describe("an input that is not definitions", () => {
    it.each(otherInputs)("is named with a way out: %s", (file, text, says) => {
        const reported = report(text, /\.ya?ml$/.test(file));
        expect(reported.startsWith(says) ? says : reported).toBe(says);
    });
});

const json = `{"rabbit_version": "4.3.6",
 "vhosts": [{"name": "/"}],
 "queues": [
   {"name": "jobs", "vhost": "/", "arguments": {
     "x-max-length": 5.0}}]}`;

const yaml = `rabbit_version: 4.3.6
vhosts: &vhosts
  - name: /
queues:
  - name: jobs
    vhost: /
    arguments:
      x-max-length: 5.0
`;

function indented(text: string, by: string): string {
    return text
        .split("\n")
        .map((line) => `${by}${line}`)
        .join("\n");
}

const secret = (field: string, value: string): string =>
    `apiVersion: v1\nkind: Secret\nmetadata:\n  name: broker\n${field}:\n  definitions.json: ${value}\n`;

/** Every way in which definitions are kept, with the position of the number with a decimal point. */
const kept: readonly (readonly [string, string, string])[] = [
    ["JSON", json, "5:6"],
    ["JSON after a byte order mark", `\uFEFF${json}`, "5:6"],
    ["YAML", yaml, "8:7"],
    ["YAML after a document without content", `---\n# nothing\n---\n${yaml}`, "11:7"],
    ["YAML after other documents", `apiVersion: v1\nkind: Service\n---\n${yaml}`, "11:7"],
    ["JSON in stringData of a Secret", secret("stringData", `|\n${indented(json, "    ")}`), "11:10"],
    ["YAML in stringData of a Secret", secret("stringData", `|-\n${indented(yaml, "      ")}`), "14:13"],
    ["Base64 in data of a Secret", secret("data", btoa(json)), "6:3"],
    [
        "Base64 on several lines",
        secret("data", `|\n    ${btoa(json).replaceAll(/(.{60})/g, "$1\n    ")}`),
        "6:3",
    ],
    [
        "JSON in data of a ConfigMap",
        secret("data", `|\n${indented(json, "    ")}`).replace("Secret", "ConfigMap"),
        "11:10",
    ],
    [
        "Base64 in binaryData of a ConfigMap",
        secret("binaryData", btoa(yaml)).replace("Secret", "ConfigMap"),
        "6:3",
    ],
    [
        "a List of manifests as JSON",
        JSON.stringify({
            apiVersion: "v1",
            kind: "List",
            items: [{ apiVersion: "v1", kind: "Secret", data: { d: btoa(json) } }],
        }),
        "1:86",
    ],
    [
        "the Secrets in values of a chart",
        `auth: {username: web}\nextraSecrets:\n  load-definition:\n    load_definition.json: |\n${indented(json, "      ")}`,
        "9:12",
    ],
    [
        "values of an outer chart",
        `rabbitmq:\n  extraSecrets:\n    load-definition:\n      load_definition.json: |\n${indented(json, "        ")}`,
        "9:14",
    ],
    [
        "a Secret between other documents",
        `kind: Service\napiVersion: v1\n---\n${secret("stringData", `|\n${indented(json, "    ")}`)}---\n`,
        "14:10",
    ],
];

describe("definitions", () => {
    it.each(kept)("are read from %s", (_, text, position) => {
        const { value, floats, positionOf } = readDocument(text);
        expect(value).toEqual({
            rabbit_version: "4.3.6",
            vhosts: [{ name: "/" }],
            queues: [{ name: "jobs", vhost: "/", arguments: { "x-max-length": 5 } }],
        });
        const path = ["queues", 0, "arguments", "x-max-length"];
        expect(floats).toEqual([path]);
        const { line, column } = positionOf(path) ?? { line: 0, column: 0 };
        expect(`${line}:${column}`).toBe(position);
    });

    it("may use anchors and merge keys of YAML", () => {
        const text = "queues:\n  - &jobs {name: a, durable: true}\n  - {<<: *jobs, name: b}\n";
        expect(readDocument(text).value).toEqual({
            queues: [
                { name: "a", durable: true },
                { name: "b", durable: true },
            ],
        });
    });

    it("report keys that occur twice in YAML", () => {
        expect(readDocument("queues:\n  - name: a\n    name: b\n").repeatedKeys).toEqual([
            ["queues", 0, "name"],
        ]);
    });

    it("are not expanded from nested aliases without a limit", () => {
        const levels = Array.from({ length: 9 }, (_, level) =>
            level === 0
                ? "a0: &a0 [x, x, x, x, x, x, x, x, x]"
                : `a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}]`,
        );
        expect(report(`queues: []\n${levels.join("\n")}`, true)).toContain("Excessive alias count");
    });
});
