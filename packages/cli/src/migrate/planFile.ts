import { UsageError } from "@spot-messaging/topology";
import { type Drain, drains, type MigrationPlan, planMigration } from "@spot-messaging/topology/migrate";
import { readSnapshot, writeSnapshot } from "@spot-messaging/topology/review";
import { z } from "zod";
import { readText } from "../input/textFile.ts";
import type { Stdin } from "../process/commandIo.ts";

/** A plan with what it was made from. */
export interface PlannedMigration {
    readonly stack: string;
    readonly plan: MigrationPlan;
    /** @default - for each queue what keeps its order */
    readonly drain?: Drain;
    /** Renamed queues: the new name by the old one. */
    readonly renames: Readonly<Record<string, string>>;
}

const wayOut = "give a file that topology migrate plan wrote";

const planFile = z.strictObject({
    format: z.literal(1),
    kind: z.literal("migration"),
    stack: z.string(),
    drain: z.enum(drains).optional(),
    renames: z.record(z.string(), z.string()),
    before: z.unknown(),
    after: z.unknown(),
});

/** The text of a plan file. It holds the two topologies and the decisions; the stages follow from them. */
export function writePlan({ stack, plan, drain, renames }: PlannedMigration): string {
    const snapshot = (topology: MigrationPlan["before"]): unknown =>
        JSON.parse(writeSnapshot(topology, stack));
    return `${JSON.stringify(
        {
            format: 1,
            kind: "migration",
            stack,
            ...(drain !== undefined && { drain }),
            renames,
            before: snapshot(plan.before),
            after: snapshot(plan.after),
        } satisfies z.infer<typeof planFile>,
        undefined,
        4,
    )}\n`;
}

/**
 * Reads a plan file.
 * @throws UsageError
 */
export async function readPlan(file: string, stdin: Stdin): Promise<PlannedMigration> {
    const text = await readText(file, stdin, wayOut);
    const parsed = planFile.safeParse(parsedJson(text, file));
    if (!parsed.success) {
        const { path, message } = parsed.error.issues[0] ?? { path: [], message: "" };
        throw new UsageError(
            `${file}: is not a plan of a migration (${path.length === 0 ? "" : `${path.join(".")}: `}${message}); ${wayOut}`,
        );
    }
    const { stack, drain, renames, before, after } = parsed.data;
    const options = {
        ...(drain !== undefined && { drain }),
        renames: new Map(Object.entries(renames)),
    };
    const topologyOf = (side: unknown, name: string): MigrationPlan["before"] =>
        readSnapshot(JSON.stringify(side, undefined, 4), `${file}: "${name}"`).topology;
    const plan = planMigration(topologyOf(before, "before"), topologyOf(after, "after"), options);
    refuseProblems(plan);
    return { stack, plan, renames, ...(drain !== undefined && { drain }) };
}

/** @throws UsageError */
export function refuseProblems({ problems }: MigrationPlan): void {
    if (problems.length > 0) {
        throw new UsageError(
            problems.length === 1
                ? problems.join("")
                : `the change cannot be planned:\n${problems.map((each) => `- ${each}`).join("\n")}`,
        );
    }
}

function parsedJson(text: string, file: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        throw new UsageError(`${file}: is not JSON; ${wayOut}`);
    }
}
