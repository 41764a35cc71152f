import { existsSync, readFileSync } from "node:fs";

/**
 * What a run of vitest found, by the file of outcomeReporter.mjs.
 * @param {string} file
 * @returns {import("./steps.mjs").Outcome | undefined} nothing when there is no such file
 */
export function readVitest(file) {
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/**
 * The result of a pytest run, from its JUnit report. A skipped test is a failure, because it proves nothing and would go unnoticed.
 * @param {string} file
 * @returns {import("./steps.mjs").Outcome | undefined} `undefined` without a report
 */
export function readJunit(file) {
    if (!existsSync(file)) {
        return undefined;
    }
    const report = readFileSync(file, "utf8");
    // Either <testcase … /> or <testcase …>…</testcase>.
    const tests = [...report.matchAll(/<testcase ([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs)].map(
        ([, attributes, body = ""]) => {
            const name = `${attribute(attributes, "classname")}: ${attribute(attributes, "name")}`;
            const fate = /<(failure|error|skipped)\b/.exec(body)?.[1];
            return { name: fate === "skipped" ? `${name}: was skipped` : name, fate };
        },
    );
    const failures = tests.filter(({ fate }) => fate !== undefined).map(({ name }) => name);
    return { passed: tests.length - failures.length, failed: failures.length, failures };
}

/**
 * @param {string} attributes
 * @param {string} name
 */
function attribute(attributes, name) {
    return new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1] ?? "";
}
