// What vitest found, for the steps of npm test: numbers, and for every failure its cause, so that the end of a long log tells enough.
import { writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";

/** Names the file that the outcome is written to. */
export const outcomeVariable = "SPOT_MESSAGING_TEST_OUTCOME";

/** States of a test that count as failures: a skipped test proves nothing and would go unnoticed. */
const unproven = { skipped: "was skipped", pending: "did not end" };

const longestCause = 300;

export default class OutcomeReporter {
    /**
     * @param {readonly import("vitest/node").TestModule[]} modules
     * @param {readonly import("vitest").SerializedError[]} strayErrors - of no test
     */
    onTestRunEnd(modules, strayErrors) {
        const file = process.env[outcomeVariable];
        if (file !== undefined) {
            const outcomes = modules.map(outcomeOf);
            const strays = strayErrors.map((error) => `${causeOf([error])} (outside of any test)`);
            writeFileSync(
                file,
                JSON.stringify({
                    passed: outcomes.reduce((total, { passed }) => total + passed, 0),
                    failed: outcomes.reduce((total, { failed }) => total + failed, 0) + strays.length,
                    failures: [...outcomes.flatMap(({ failures }) => failures), ...strays],
                }),
            );
        }
    }
}

/**
 * @param {import("vitest/node").TestModule} module
 * @returns {import("./steps.mjs").Outcome}
 */
function outcomeOf(module) {
    const place = path.relative(process.cwd(), module.moduleId);
    const tests = [...module.children.allTests()];
    const broken = [module, ...module.children.allSuites()].filter((suite) => suite.errors().length > 0);
    // A failed hook prevents all tests that need it: they are counted, and reported once.
    const losses = broken.map((suite) => ({
        suite,
        lost: [...suite.children.allTests()].filter((test) => test.result().state === "skipped"),
    }));
    const lost = new Set(losses.flatMap((each) => each.lost));
    const failing = tests.filter((test) => test.result().state !== "passed");
    return {
        passed: tests.length - failing.length,
        failed: failing.length + losses.filter((each) => each.lost.length === 0).length,
        failures: [
            ...losses.map(({ suite, lost: { length } }) => {
                const name = suite.type === "module" ? place : `${place}: ${suite.fullName}`;
                return `${name}: ${causeOf(suite.errors())}${length === 0 ? "" : `; ${length} tests did not run`}`;
            }),
            ...failing
                .filter((test) => !lost.has(test))
                .map((test) => {
                    const { state, errors } = test.result();
                    return `${place}: ${test.fullName}: ${unproven[state] ?? causeOf(errors)}`;
                }),
        ],
    };
}

/**
 * The first line of the first error.
 * @param {readonly { message: string }[] | undefined} errors
 */
function causeOf(errors = []) {
    const [line = "failed"] = (errors[0]?.message ?? "failed").trim().split("\n");
    return line.slice(0, longestCause);
}
