import type { RouteChange, RouteChangeKind, RouteEnd } from "../../../review/compare/routes/routingDiff.ts";
import { shortened } from "../../../text/units.ts";
import { names, type Phrase, strong, words } from "../phrase.ts";

/** How the route of a routing key changes. */
export const routeWords: Readonly<Record<RouteChangeKind, string>> = {
    unroutable: "no longer reaches any queue",
    parked: "is unroutable and parked",
    narrowed: "no longer reaches some of its queues",
    moved: "goes to other queues",
    duplicated: "reaches more queues",
    routed: "now reaches a queue",
};

/** The queues before and after, with the queues of dead letters if those change. */
export function endsText({ before, after }: RouteChange): readonly [Phrase, Phrase] {
    const isSame = JSON.stringify(before.deadLetters) === JSON.stringify(after.deadLetters);
    return [endText(before, isSame), endText(after, isSame)];
}

function endText({ queues, deadLetters }: RouteEnd, isBrief: boolean): Phrase {
    if (queues.length === 0) {
        return strong("no queue");
    }
    return [
        ...names(queues),
        ...(deadLetters.length === 0 || isBrief
            ? []
            : [...words(" (dead letters: "), ...names(deadLetters), ...words(")")]),
    ];
}

const sendersShown = 3;

/** The known publishers: `service "gateway" publishes "request"`. */
export function sendersText({ uses }: RouteChange): string {
    return shortened(uses, sendersShown).join(", ");
}
