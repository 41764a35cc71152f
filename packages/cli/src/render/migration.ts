import { type Migration, objectText } from "@spot-messaging/topology/migrate";
import type { PlannedMigration } from "../migrate/planFile.ts";
import type { RunResult } from "../migrate/runMigration.ts";
import type { Page } from "./paint.ts";
import { wrapText } from "./wrapText.ts";

/** A plan for a person. @param file where it was written */
export function renderPlan({ plan }: PlannedMigration, file: string, page: Page): string {
    const { migrations, stages } = plan;
    if (migrations.length === 0) {
        return "The change deletes and replaces no queue and no exchange: nothing has to be migrated.";
    }
    return [
        ...migrations.flatMap((each) => migrationLines(each, page)),
        "",
        page.paint("name", "Stages"),
        ...stages.map(({ id, title }, index) => `  ${index + 1} ${id}: ${title}`),
        "",
        `The plan is in ${file}. Next: topology migrate run ${file} --broker https://user@host:15671 --apply`,
    ].join("\n");
}

function migrationLines(
    { kind, object, successor, holder, drain, notes }: Migration,
    page: Page,
): readonly string[] {
    const target = successor === undefined || kind.endsWith("replacement") ? "" : ` -> ${successor.name}`;
    const place =
        successor !== undefined && successor.vhost !== object.vhost ? ` in "${successor.vhost}"` : "";
    const way = drain === undefined ? "" : `, drained by ${drain}`;
    const temporary = holder === undefined ? "" : `, temporary ${object.kind} "${holder.name}"`;
    return [
        `${page.paint("name", `${kind}: ${object.vhost}/${object.name}${target}`)}${place}${way}${temporary}`,
        ...notes.flatMap((each) => wrapText(`  - ${each}`, "    ", page.width)),
    ];
}

/** How far a broker is. */
export function renderPosition(
    { plan }: PlannedMigration,
    { position, next }: RunResult,
    action: "run" | "status" | "undo" | "plan",
    page: Page,
): string {
    const { done, isBetween, changed } = position;
    if (changed.length > 0) {
        return [
            page.paint("error", "The broker has changed since the plan. Nothing was moved or deleted:"),
            ...changed.map((each) => `- ${each}`),
            "Undo these changes, or make a new plan with topology migrate plan.",
        ].join("\n");
    }
    const total = plan.stages.length;
    const stage = plan.stages[done];
    if (stage === undefined) {
        return action === "undo"
            ? "The migration is finished and cannot be undone: the old objects are deleted. Plan one in the other direction."
            : page.paint("good", "The migration is finished.");
    }
    if (action === "undo") {
        return page.paint("good", "The topology is as it was before the migration.");
    }
    return [
        `${done} of ${total} stages are applied${isBetween ? `, and stage ${done + 1} in part` : ""}.`,
        `Next: stage ${done + 1}, ${stage.id}: ${stage.title}`,
        ...next.map(({ action: step, object }) => `  ${signs[step]} ${objectText(object)}`),
        ...(action === "run"
            ? [
                  "Its queues are empty. Apply it with pulumi up, or let this command apply everything with --apply.",
              ]
            : []),
    ].join("\n");
}

const signs = { put: "+", replace: "±", delete: "-" } as const;

/** Why a run stopped. */
export function renderBlocked(reason: string, page: Page): string {
    return `${page.paint("warning", "The migration waits:")} ${reason}`;
}

/** For machines. */
export function migrationJson({ stack, plan }: PlannedMigration, result?: RunResult): object {
    return {
        stack,
        migrations: plan.migrations,
        stages: plan.stages.map(({ id, title }) => ({ id, title })),
        ...(result !== undefined && {
            done: result.position.done,
            isBetween: result.position.isBetween,
            changed: result.position.changed,
            next: result.next.map(({ action, object }) => ({ action, object: objectText(object) })),
        }),
    };
}
