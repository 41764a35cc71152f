import { editQueue } from "../../../topology/tests/checks/edits.ts";
import { spot } from "../../../topology/tests/review/edits.ts";
import type { ReviewProject } from "./reviewProject.ts";

/** spot with a queue that the broker must replace, because an argument of it changes. */
export const replaced = editQueue("result-processor", { arguments: { "x-quorum-initial-group-size": 3 } })(
    spot,
);

/** The first line of its review. */
export const replacedLine =
    'dev: 1 REPLACE, messages are lost: queue "result-processor": quorum-initial-group-size none -> 3';

/** `main` with the stack as it is, and a branch that replaces the queue. */
export function branched(project: ReviewProject): { readonly base: string; readonly head: string } {
    project.snapshot("dev", spot);
    const base = project.commit();
    project.git("switch", "--quiet", "--create", "change");
    project.snapshot("dev", replaced);
    return { base, head: project.commit() };
}
