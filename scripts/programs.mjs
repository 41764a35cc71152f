// Builds the programs that steps of npm test need, at the lowest priority: node scripts/programs.mjs STEP [STEP]. It runs in the background. A
// step that needs a program sooner waits for it, and repeats a build that failed here.
import { setPriority } from "node:os";
import process from "node:process";
import { buildClusterPrograms } from "../tests/cluster/support/programs.ts";
import { ensureExecutables } from "../tests/kube/support/executables.ts";
import { ensureMinio } from "../tests/support/objectStore.ts";

/**
 * By step, in the order in which the steps need them. A cluster begins with the programs of the step "kube", and a build removes the compiler's
 * caches when it ends: both together compile what they share once.
 * @type {Readonly<Record<string, (report: (message: string) => void) => Promise<unknown>>>}
 */
const builders = { python: ensureMinio, cluster: buildClusterPrograms, kube: ensureExecutables };

const lowest = 19;

// The compilers inherit it.
setPriority(lowest);
const wanted = process.argv.slice(2);
for (const [step, build] of Object.entries(builders)) {
    if (wanted.includes(step)) {
        await build(console.log).catch((/** @type {unknown} */ error) => {
            console.log(String(error));
        });
    }
}
