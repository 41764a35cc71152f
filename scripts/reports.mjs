import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** What vitest's other states mean: asked not to run, or its process died. */
const unproven = { skipped: "was skipped", todo: "was skipped", pending: "did not end" };

/**
 * What a run of vitest found, by its JSON report. A skipped test is a failure: it proves nothing, and nobody notices.
 * @param {string} file
 * @param {string} root
 * @returns {import("./steps.mjs").Outcome | undefined} nothing when there is no report
 */
export function readVitest(file, root) {
    if (!existsSync(file)) {
        return undefined;
    }
    const { testResults } = JSON.parse(readFileSync(file, "utf8"));
    const tests = testResults.flatMap(({ name, status, assertionResults }) => {
        const place = path.relative(root, name);
        return status === "failed" && assertionResults.length === 0
            ? [{ name: `${place}: cannot be loaded`, status }]
            : assertionResults.map((test) => ({ name: `${place}: ${test.fullName}`, status: test.status }));
    });
    return {
        passed: tests.filter(({ status }) => status === "passed").length,
        failures: tests
            .filter(({ status }) => status !== "passed")
            .map(({ name, status }) =>
                status === "failed" ? name : `${name}: ${unproven[status] ?? status}`,
            ),
    };
}

/**
 * What a run of pytest found, by its JUnit report; a skipped test is a failure here too.
 * @param {string} file
 * @returns {import("./steps.mjs").Outcome | undefined} nothing when there is no report
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
    return {
        passed: tests.filter(({ fate }) => fate === undefined).length,
        failures: tests.filter(({ fate }) => fate !== undefined).map(({ name }) => name),
    };
}

/**
 * @param {string} attributes
 * @param {string} name
 */
function attribute(attributes, name) {
    return new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1] ?? "";
}
