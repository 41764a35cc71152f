import { changeId } from "../../../review/compare/change.ts";
import type { Disagreement } from "../../../review/engine/disagreement.ts";
import type { EnginePreview } from "../../../review/engine/enginePreview.ts";
import type { ResourceGroup } from "../../../review/engine/otherResources.ts";
import { operations } from "../../../review/engine/step.ts";
import { counted } from "../../../text/units.ts";
import { listed, name, type Phrase, strong, words } from "../phrase.ts";
import type { ReportTable } from "./reportTable.ts";

/** What the engine's own preview adds, in one sentence. */
export function engineSummary({
    format,
    result,
    agreed,
    follows,
    disagreements,
    others,
}: EnginePreview): string {
    return [
        `the engine's preview ${result === "failed" ? "FAILED" : "succeeded"} (${format})`,
        `agrees about ${counted(agreed, "change")}`,
        ...(follows === 0 ? [] : [`makes ${counted(follows, "object")} again that depend on others`]),
        disagreements.length === 0
            ? "disagrees about nothing"
            : `disagrees about ${counted(disagreements.length, "object")}`,
        ...others.map((each) => `${each.provider}: ${countsText(each)}`),
    ].join("; ");
}

/** What a preview of the engine says beside the review, as tables. */
export function engineTables({
    disagreements,
    others,
    policies,
    diagnostics,
    unreviewed,
}: EnginePreview): readonly ReportTable[] {
    const toApprove = unreviewed?.review.verdict.toApprove ?? [];
    const isUrgent = ({ isFinding, engine, object }: Disagreement): boolean =>
        isFinding || (engine !== undefined && toApprove.includes(changeId(engine, object)));
    return [
        {
            title: "Where review and engine disagree",
            noun: ["object", "objects"],
            head: ["weight", "object", "between base and head", "the engine would", "what it means"],
            rows: disagreements.map((each) => [
                isUrgent(each) ? strong("look") : words("to know"),
                [...words(`${each.object.kind} `), ...name(each.object.name)],
                words(each.review ?? "nothing"),
                words(each.engine ?? "do nothing"),
                words(each.text),
            ]),
            prominent: disagreements.length,
        },
        {
            title: "Outside of the broker",
            noun: ["provider", "providers"],
            head: ["provider", "resources", "to look at"],
            rows: others.map((each) => [name(each.provider), words(countsText(each)), noteworthy(each)]),
            prominent: others.length,
        },
        {
            title: "Policy packs",
            noun: ["violation", "violations"],
            head: ["weight", "policy", "resource", "what it says"],
            rows: policies.map(({ isMandatory, policy, pack, resource, text }) => [
                isMandatory ? strong("mandatory") : words("advisory"),
                name(`${pack}/${policy}`),
                resource === undefined ? [] : name(resource),
                words(text),
            ]),
            prominent: policies.length,
        },
        {
            title: "What the engine says",
            noun: ["message", "messages"],
            head: ["weight", "resource", "text"],
            rows: diagnostics.map(({ severity, resource, text }) => [
                severity === "error" ? strong(severity) : words(severity),
                resource === undefined ? [] : name(resource),
                words(text),
            ]),
            prominent: diagnostics.length,
        },
    ];
}

function countsText({ counts }: ResourceGroup): string {
    return operations
        .flatMap((each) => {
            const count = counts[each];
            return count === undefined ? [] : [`${count} ${each}`];
        })
        .join(", ");
}

const noteworthyShown = 20;

function noteworthy({ noteworthy: all }: ResourceGroup): Phrase {
    const rest = all.length - noteworthyShown;
    return listed(
        [
            ...all
                .slice(0, noteworthyShown)
                .map(({ resource, text }) => [...name(resource), ...words(` ${text}`)]),
            ...(rest > 0 ? [words(`and ${rest} more`)] : []),
        ],
        "; ",
    );
}
