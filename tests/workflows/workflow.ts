import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { found } from "../unit/found.ts";

const texts = z.record(z.string(), z.coerce.string());

const step = z.strictObject({
    name: z.string().optional(),
    if: z.string().optional(),
    uses: z.string().optional(),
    with: texts.optional(),
    run: z.string().optional(),
    shell: z.string().optional(),
    env: texts.default({}),
    "continue-on-error": z.boolean().optional(),
});

const permissions = z.record(z.string(), z.enum(["read", "write"]));

const job = z.strictObject({
    if: z.string().optional(),
    needs: z.string().optional(),
    "runs-on": z.string(),
    "timeout-minutes": z.number(),
    strategy: z.unknown().optional(),
    environment: z.string().optional(),
    concurrency: z.unknown().optional(),
    permissions: permissions.optional(),
    env: texts.default({}),
    steps: z.array(step),
});

/** The parts of a workflow that this project uses; a key that is not among them makes the tests fail. */
const workflow = z.strictObject({
    name: z.string(),
    on: z.union([z.string(), z.record(z.string(), z.unknown())]),
    permissions,
    concurrency: z.unknown().optional(),
    jobs: z.record(z.string(), job),
});

export type Step = z.infer<typeof step>;
export type Job = z.infer<typeof job>;

export interface Workflow extends z.infer<typeof workflow> {
    readonly file: string;
    readonly text: string;
}

/** A job by its workflow's name and its own. */
export function jobOf(workflow: string, job: string): Job {
    return found(workflows.find(({ name }) => name === workflow)?.jobs[job], `${workflow}: ${job}`);
}

const folder = fileURLToPath(new URL("../../.github/workflows", import.meta.url));

export const workflows: readonly Workflow[] = readdirSync(folder)
    .sort()
    .map((file) => {
        const text = readFileSync(join(folder, file), "utf8");
        return { ...workflow.parse(parse(text)), file, text };
    });
