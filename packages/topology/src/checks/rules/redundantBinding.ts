import { groupBy } from "../../lookup/groups.ts";
import type { Binding } from "../../model/index.ts";
import { TopicTrie } from "../../routing/routingTopic.ts";
import { bindingPlace } from "../../text/place.ts";
import type { CheckRule, Problem } from "../rule.ts";

export const redundantBinding: CheckRule = {
    id: "redundantBinding",
    severity: "note",
    reason: "Another binding to the same destination matches every message that this one matches, so this binding has no effect.",
    fix: "Remove the narrower binding.",
    invariants: ["meaningfulBindingKeys"],
    source: "https://www.rabbitmq.com/docs/exchanges#topic",
    check: ({ topology, bindingsFrom }) =>
        topology.exchanges
            .filter(({ type }) => type === "topic")
            .flatMap((exchange) => {
                const bindings = bindingsFrom(exchange);
                return (["queue", "exchange"] as const).flatMap((type) => [
                    ...groupBy(
                        bindings.filter(({ destinationType }) => destinationType === type),
                        ({ destination }) => destination,
                    ).values(),
                ]);
            })
            .filter((group) => group.length > 1)
            .flatMap(redundantIn),
};

/** The redundant ones of the bindings from one exchange to one destination. */
function redundantIn(group: readonly Binding[]): readonly Problem[] {
    const widerThan = widerPatterns(group.map(({ routingKey }) => routingKey));
    return group.flatMap((each) => {
        const wider = widerThan(each.routingKey);
        return wider === undefined
            ? []
            : [
                  {
                      place: bindingPlace(each),
                      message: `is redundant: binding "${wider}" to the same destination matches all its messages`,
                      fix: "remove it",
                  },
              ];
    });
}

/**
 * Finds another pattern that matches every routing key of a given one. A `*` is tried as a word that no key contains. A `#` is known to be
 * covered only by another `#` after the same words, or after fewer of them.
 */
function widerPatterns(patterns: readonly string[]): (pattern: string) => string | undefined {
    const wide = patterns.filter((pattern) => /[*#]/.test(pattern));
    if (wide.length === 0) {
        return () => undefined;
    }
    const trie = new TopicTrie<string>();
    for (const pattern of wide) {
        trie.add(pattern, pattern);
    }
    const known = new Set(wide);
    return (pattern) => {
        if (!pattern.includes("#")) {
            return trie.match(pattern.replaceAll("*", "\u0000")).find((each) => each !== pattern);
        }
        const words = pattern.split(".");
        const fixed = words.slice(0, words.indexOf("#"));
        return ["#", ...fixed.map((_, index) => [...fixed.slice(0, index + 1), "#"].join("."))].find(
            (each) => each !== pattern && known.has(each),
        );
    };
}
