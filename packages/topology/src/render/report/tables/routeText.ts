import type { RouteChange, RouteChangeKind, RouteEnd } from "../../../review/compare/routes/routingDiff.ts";
import { shortened } from "../../../text/units.ts";
import { names, type Phrase, strong, words } from "../phrase.ts";

/** What happens to the messages of a key. */
export const routeWords: Readonly<Record<RouteChangeKind, string>> = {
    unroutable: "reaches no queue any more",
    parked: "is unroutable and parked",
    narrowed: "does not reach all of its queues any more",
    moved: "goes to other queues",
    duplicated: "goes to further queues as well",
    routed: "reaches a queue now",
};

/** The queues on both sides; where their dead letters end only where that changes. */
export function endsText({ before, after }: RouteChange): readonly [Phrase, Phrase] {
    const isSame = JSON.stringify(before.deadLetters) === JSON.stringify(after.deadLetters);
    return [endText(before, isSame), endText(after, isSame)];
}

function endText({ queues, deadLetters }: RouteEnd, isBrief: boolean): Phrase {
    if (queues.length === 0) {
        return strong("nothing");
    }
    return [
        ...names(queues),
        ...(deadLetters.length === 0 || isBrief
            ? []
            : [...words(" (dead letters: "), ...names(deadLetters), ...words(")")]),
    ];
}

const sendersShown = 3;

/** Who is known to send it: `service "gateway" publishes "request"`. */
export function sendersText({ uses }: RouteChange): string {
    return shortened(uses, sendersShown).join(", ");
}
