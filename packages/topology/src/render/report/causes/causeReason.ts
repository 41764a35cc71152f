import type { Cause } from "../../../review/causes/cause.ts";
import { type Change, type Effect, isDestructive } from "../../../review/compare/change.ts";
import type { PermissionChange } from "../../../review/compare/permissions/permissionChange.ts";
import type { StackReport } from "../../../review/report/report.ts";
import type { Review } from "../../../review/report/review.ts";
import { quoted } from "../../../text/names.ts";
import { counted } from "../../../text/units.ts";
import { routeSentences } from "./routeSentence.ts";

/** Why a cause needs approval: a sentence and its rule. */
export interface CauseReason {
    readonly text: string;
    /** The rule and its documentation. @default - it follows from the declarations of services */
    readonly rule?: { readonly id: string; readonly source: string };
}

/** The changes of a review that belong to a cause. */
export type CauseParts = Pick<Review, "changes" | "routing" | "permissions" | "contract">;

/** Why a person should hesitate: the worst effects, each sentence once. */
export function reasonsOf({ fear, covers, title }: Cause, parts: CauseParts): readonly CauseReason[] {
    const effects = parts.changes
        .flatMap((change) => change.effects.map((effect) => ({ change, effect })))
        .filter(({ effect }) =>
            covers.length > 0
                ? isDestructive(effect.consequence) && effect.route === undefined
                : effect.consequence !== "none",
        )
        .sort((a, b) => Number(b.effect.consequence === fear) - Number(a.effect.consequence === fear));
    const isHarmless = covers.length === 0;
    const all: readonly CauseReason[] = [
        ...groupedReasons(effects, title),
        ...routeSentences(
            isHarmless ? [] : parts.routing.filter(({ id }) => covers.includes(id) || isLost(id, parts)),
        ).map((text) => ({ text })),
        ...parts.permissions.filter(({ needsApproval }) => needsApproval).map(widenedReason),
        ...parts.contract
            .filter((each) => each.blocks && !(fear === "unreceived" && each.kind === "unroutable"))
            .map(({ text }) => ({ text })),
    ];
    return [...new Map(all.map((each) => [each.text, each])).values()];
}

/** Whether a binding that needs approval loses this route. */
function isLost(id: string, { changes }: CauseParts): boolean {
    return changes.some(({ effects }) =>
        effects.some(({ route, consequence }) => route === id && isDestructive(consequence)),
    );
}

interface ChangeEffect {
    readonly change: Change;
    readonly effect: Effect;
}

/** Equal sentences about several objects are one sentence. An object that the title names is not named again. */
function groupedReasons(effects: readonly ChangeEffect[], title: string): readonly CauseReason[] {
    const byText = new Map<string, ChangeEffect[]>();
    for (const each of effects) {
        const key = `${each.effect.reason.rule} ${each.effect.reason.text}`;
        byText.set(key, [...(byText.get(key) ?? []), each]);
    }
    return [...byText.values()].flatMap((all) => {
        const [first] = all;
        if (first === undefined) {
            return [];
        }
        const { text, rule, source } = first.effect.reason;
        const objects = new Set(
            all.map(({ change, effect: { object = change.object } }) => `${object.kind} "${object.name}"`),
        );
        const [label = ""] = objects;
        const subject = objects.size > 1 ? `${label} and ${objects.size - 1} more: ` : `${label}: `;
        const isNamed = objects.size === 1 && title.includes(label);
        return [{ text: `${isNamed ? "" : subject}${text}`, rule: { id: rule, source } }];
    });
}

function widenedReason({ user, powers, askedBy, unasked, proven }: PermissionChange): CauseReason {
    const names = unasked.slice(0, namesShown).map((each) => `"${each}"`);
    const more = unasked.length > namesShown ? ` and ${unasked.length - namesShown} more` : "";
    const origin =
        askedBy ??
        `no service "${user}" declares to need ${names.length === 0 ? "it" : names.join(", ") + more}`;
    return {
        text: `user "${user}" may ${powers.join("; ")} (${origin})${proven ? "" : ". The pattern is not a plain list of names, so it may match more"}`,
    };
}

const namesShown = 6;

/** A removed stack is approved as a whole. */
export function removalReason({ before }: StackReport): CauseReason {
    const kinds = [
        counted(before.queues.length, "queue"),
        counted(before.exchanges.length, "exchange"),
        counted(before.bindings.length, "binding"),
        counted(before.users.length, "user"),
    ];
    return { text: `everything that the stack declares is deleted, with all messages: ${kinds.join(", ")}` };
}

/** The reasons of two stacks. What only one of them adds to a sentence names that stack. */
export function joinedReasons(
    known: readonly CauseReason[],
    { reasons, stacks }: { readonly reasons: readonly CauseReason[]; readonly stacks: readonly string[] },
): readonly CauseReason[] {
    const where = `in stack ${quoted(stacks)}`;
    const extended = known.map((each) => {
        const longer = reasons.find(
            ({ text, rule }) =>
                rule?.id === each.rule?.id && text !== each.text && text.startsWith(`${each.text}. `),
        );
        const rest = longer?.text.slice(`${each.text}. `.length);
        return rest === undefined ? each : { ...each, text: `${each.text} (${where}: ${lowerFirst(rest)})` };
    });
    const isKnown = ({ text, rule }: CauseReason): boolean =>
        known.some(
            (each) => each.text === text || (each.rule?.id === rule?.id && text.startsWith(`${each.text}. `)),
        );
    return [
        ...extended,
        ...reasons
            .filter((each) => !isKnown(each))
            .map((each) => ({ ...each, text: `${where}: ${each.text}` })),
    ];
}

function lowerFirst(text: string): string {
    return text.slice(0, 1).toLowerCase() + text.slice(1);
}
