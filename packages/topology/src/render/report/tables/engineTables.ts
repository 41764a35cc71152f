import { changeId } from "../../../review/compare/change.ts";
import type { Disagreement } from "../../../review/engine/disagreement.ts";
import type { EnginePreview } from "../../../review/engine/enginePreview.ts";
import type { ResourceGroup } from "../../../review/engine/otherResources.ts";
import { operations } from "../../../review/engine/step.ts";
import { counted } from "../../../text/units.ts";
import { listed, name, type Phrase, strong, words } from "../phrase.ts";
import type { ReportTable } from "./reportTable.ts";

/** The engine's preview in one sentence. */
export function engineSummary({
    format,
    result,
    agreed,
    follows,
    disagreements,
    others,
}: EnginePreview): string {
    return [
        `Pulumi's preview ${result === "failed" ? "FAILED" : "succeeded"} (${format})`,
        `${counted(agreed, "change")} as reviewed`,
        ...(follows === 0 ? [] : [`${counted(follows, "object")} replaced together with others`]),
        disagreements.length === 0 ? "no differences" : counted(disagreements.length, "difference"),
        ...others.map((each) => `${each.provider}: ${countsText(each)}`),
    ].join("; ");
}

/** The engine's preview as tables. */
export function engineTables({
    disagreements,
    others,
    policies,
    diagnostics,
    unreviewed,
}: EnginePreview): readonly ReportTable[] {
    const toApprove = (unreviewed?.review.causes ?? []).flatMap(({ covers }) => covers);
    const isUrgent = ({ isFinding, engine, object }: Disagreement): boolean =>
        isFinding || (engine !== undefined && toApprove.includes(changeId(engine, object)));
    return [
        {
            title: "Differences between review and Pulumi's preview",
            noun: ["object", "objects"],
            head: ["severity", "object", "between base and head", "Pulumi would", "meaning"],
            rows: disagreements.map((each) => [
                isUrgent(each) ? strong("check") : words("note"),
                [...words(`${each.object.kind} `), ...name(each.object.name)],
                words(each.review ?? "nothing"),
                words(each.engine ?? "do nothing"),
                words(each.text),
            ]),
            prominent: disagreements.length,
        },
        {
            title: "Resources outside the broker",
            noun: ["provider", "providers"],
            head: ["provider", "resources", "to check"],
            rows: others.map((each) => [name(each.provider), words(countsText(each)), noteworthy(each)]),
            prominent: others.length,
        },
        {
            title: "Policy packs",
            noun: ["violation", "violations"],
            head: ["severity", "policy", "resource", "message"],
            rows: policies.map(({ isMandatory, policy, pack, resource, text }) => [
                isMandatory ? strong("mandatory") : words("advisory"),
                name(`${pack}/${policy}`),
                resource === undefined ? [] : name(resource),
                words(text),
            ]),
            prominent: policies.length,
        },
        {
            title: "Pulumi's messages",
            noun: ["message", "messages"],
            head: ["severity", "resource", "text"],
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
