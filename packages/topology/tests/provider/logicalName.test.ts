import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Binding, binding, bindingKey, objectKey } from "../../src/model/index.ts";
import { bindingNaming, named, objectNaming, userNaming } from "../../src/provider/logicalName.ts";

/** Names made of little else than what joins and encodes the parts of a logical name. */
const text = fc
    .array(fc.constantFrom("a", "b", "-", ":", "%", "%2D", "%3A", "a-b", "queue", "exchange"), {
        maxLength: 4,
    })
    .map((parts) => parts.join(""));

const bindings = fc.record<Binding>({
    vhost: text,
    source: text,
    destination: text,
    destinationType: fc.constantFrom("queue", "exchange"),
    routingKey: text,
    arguments: fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean()), { maxKeys: 2 }),
});

function namesOf(all: ReturnType<typeof named>): readonly string[] {
    return all.map(({ identity }) => identity.name);
}

describe("a logical name", () => {
    it("belongs to one object of a kind, for all names of virtual hosts and objects", () => {
        const objects = fc.uniqueArray(fc.record({ vhost: text, name: text }), {
            selector: objectKey,
            minLength: 2,
        });
        fc.assert(
            fc.property(text, objects, (component, all) => {
                const names = namesOf(named(component, "queue", all, objectNaming));
                expect(new Set(names).size).toBe(all.length);
            }),
        );
    });

    it("belongs to one user of one virtual host", () => {
        const users = fc.uniqueArray(fc.record({ vhost: text, user: text }), {
            selector: ({ vhost, user }) => objectKey({ vhost, name: user }),
            minLength: 2,
        });
        fc.assert(
            fc.property(text, users, (component, all) => {
                const names = namesOf(named(component, "permissions", all, userNaming));
                expect(new Set(names).size).toBe(all.length);
            }),
        );
    });

    it("belongs to one binding, also among those that differ by their arguments or the kind of their destination alone", () => {
        const many = fc.uniqueArray(bindings, { selector: bindingKey, minLength: 2 });
        fc.assert(
            fc.property(text, many, (component, all) => {
                const names = namesOf(named(component, "binding", all, bindingNaming));
                expect(new Set(names).size).toBe(all.length);
            }),
        );
    });

    it("does not depend on what else there is, nor on the order of arguments", () => {
        fc.assert(
            fc.property(text, fc.array(bindings), bindings, (component, others, one) => {
                const turned = {
                    ...one,
                    arguments: Object.fromEntries(Object.entries(one.arguments).reverse()),
                };
                const [alone] = namesOf(named(component, "binding", [one], bindingNaming));
                expect(namesOf(named(component, "binding", [...others, turned], bindingNaming)).at(-1)).toBe(
                    alone,
                );
            }),
        );
    });

    it("has as alias what it was called before, unless that is its name or may have been another's", () => {
        const many = fc.uniqueArray(bindings, { selector: bindingKey });
        fc.assert(
            fc.property(text, many, (component, all) => {
                const given = named(component, "binding", all, bindingNaming);
                for (const { object, identity } of given) {
                    const former = `${component}-binding-${bindingNaming.formerPart(object)}`;
                    const claimed = all.filter(
                        (each) => bindingNaming.formerPart(each) === bindingNaming.formerPart(object),
                    );
                    const isCertain = claimed.length === 1 && !namesOf(given).includes(former);
                    expect(identity.aliases).toEqual(isCertain ? [{ name: former }] : []);
                }
            }),
        );
    });

    it.each([
        ["spot", "orders.dlq", "spot-queue-orders.dlq", []],
        ["spot", "a:b", "spot-queue-a%3Ab", [{ name: "spot-queue-a:b" }]],
        ["/", "orders", "spot-queue-/:orders", [{ name: "spot-queue-orders" }]],
        ["a:b", "100%", "spot-queue-a%3Ab:100%25", [{ name: "spot-queue-100%" }]],
    ])("of a queue in virtual host %j called %j is %j", (vhost, name, expected, aliases) => {
        const [only] = named("spot", "queue", [{ vhost, name }], objectNaming);
        expect(only?.identity).toEqual({ name: expected, aliases });
    });

    it.each<[string, Binding, string]>([
        ["plain", binding("shop", "e", "q", "k"), "shop-binding-e-q-k"],
        ["with marks in its parts", binding("shop", "a-b", "c", "d-e"), "shop-binding-a%2Db-c-d%2De"],
        [
            "to an exchange",
            binding("shop", "e", "f", "", { destinationType: "exchange" }),
            "shop-binding-e-f--exchange",
        ],
        [
            "with arguments",
            binding("shop", "e", "q", "", { arguments: { size: 3, "x-match": "any" } }),
            'shop-binding-e-q--queue-{"size"%3A3,"x%2Dmatch"%3A"any"}',
        ],
    ])("of a binding %s says its parts", (_, each, expected) => {
        const [only] = named("shop", "binding", [each], bindingNaming);
        expect(only?.identity.name).toBe(expected);
    });
});
