import { groups } from "../../broker/groups.js";
import { TopicTrie } from "../../broker/routingTopic.js";
import { bindingPlace } from "../place.js";
import type { Rule } from "../rule.js";

export const shadowedBinding: Rule = {
    id: "shadowedBinding",
    severity: "note",
    reason: "Another binding to the same destination takes every message that this one takes: removing it changes nothing, and neither does keeping it.",
    fix: "Remove the narrower binding.",
    invariants: [36],
    source: "https://www.rabbitmq.com/docs/exchanges#topic",
    check: ({ topology, exchangeNamed }) => {
        const ofTopics = topology.bindings.filter(
            ({ vhost, source }) => exchangeNamed(vhost, source)?.type === "topic",
        );
        const siblings = groups(
            ofTopics,
            ({ vhost, source, destinationType, destination }) =>
                `${vhost}\u0000${source}\u0000${destinationType}\u0000${destination}`,
        );
        return [...siblings.values()].flatMap((group) => {
            const widerThan = widerPatterns(group.map(({ routingKey }) => routingKey));
            return group.flatMap((each) => {
                const wider = widerThan(each.routingKey);
                return wider === undefined
                    ? []
                    : [
                          {
                              place: bindingPlace(each),
                              message: `takes nothing that "${wider}" does not take already`,
                              fix: "remove it",
                          },
                      ];
            });
        });
    },
};

/**
 * Finds another pattern that takes every key of a given one. A `*` is read as some word that nobody writes; of a `#` only a `#` after
 * the same words, or after fewer, is known to take as much.
 */
function widerPatterns(patterns: readonly string[]): (pattern: string) => string | undefined {
    const wide = patterns.filter((pattern) => /[*#]/.test(pattern));
    if (patterns.length < 2 || wide.length === 0) {
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
