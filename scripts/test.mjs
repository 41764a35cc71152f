// npm test: every step, one after another, also after one has failed; arguments select steps. The last line is "N passed, N failed".
import path from "node:path";
import process from "node:process";
import { UserError } from "../packages/topology/src/model/userError.ts";
import { runInBackground } from "./background.mjs";
import { nodeArguments } from "./nodeArguments.mjs";
import { failure, reports, root, steps, sum } from "./steps.mjs";

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => steps.every((step) => step.name !== name));
if (unknown.length > 0) {
    const known = steps.map(({ name }) => name).join(", ");
    console.error(`step "${unknown[0]}": is unknown; choose from ${known}`);
    process.exitCode = 2;
} else {
    await test(wanted.length === 0 ? steps : steps.filter(({ name }) => wanted.includes(name)));
}

/** @param {typeof steps} selected */
async function test(selected) {
    const stopBuilding = runInBackground(
        "Building programs in the background, once, some minutes",
        [...nodeArguments, path.join(root, "scripts", "programs.mjs"), ...selected.map(({ name }) => name)],
        path.join(reports, "programs.log"),
    );
    const outcomes = [];
    let signal;
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
        process.once(name, () => {
            signal = name;
        });
    }
    for (const [index, step] of selected.entries()) {
        if (signal !== undefined) {
            outcomes.push(failure(`${step.name}: did not run, because of ${signal}`));
            continue;
        }
        console.log(`\n[${index + 1}/${selected.length}] ${step.name}: ${step.title}`);
        const outcome = await step.run().catch(broken);
        console.log(`${step.name}: ${outcome.passed} passed, ${outcome.failed} failed`);
        outcomes.push(outcome);
    }
    await stopBuilding();
    const { passed, failed, failures } = sum(outcomes);
    if (failed > 0) {
        console.log(`\nFailed:\n${failures.map((failure) => `- ${failure}`).join("\n")}`);
        process.exitCode = 1;
    }
    console.log(`\n${passed} passed, ${failed} failed`);
}

/**
 * A step that could not even begin.
 * @param {unknown} error
 * @returns {import("./steps.mjs").Outcome}
 */
function broken(error) {
    // A defect of these scripts shows its stack; a problem that the user can fix is one sentence.
    return failure(error instanceof UserError ? error.message : String(error?.stack));
}
