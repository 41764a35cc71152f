import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cyclesOf } from "../../src/checks/facts/cycles.ts";

type Steps = readonly (readonly number[])[];

function among(steps: Steps): readonly (readonly number[])[] {
    const found = cyclesOf([...steps.keys()], (place) => steps[place] ?? []);
    return found.map((circle) => [...circle].sort((a, b) => a - b)).sort(([a = 0], [b = 0]) => a - b);
}

/** Every node that can be reached from a node by one or more steps. */
function reachedFrom(steps: Steps, start: number): ReadonlySet<number> {
    const reached = new Set(steps[start]);
    for (const place of reached) {
        for (const each of steps[place] ?? []) {
            reached.add(each);
        }
    }
    return reached;
}

describe("cyclesOf", () => {
    it.each<[string, Steps, readonly (readonly number[])[]]>([
        ["none in a chain", [[1], [2], []], []],
        ["a place that leads to itself", [[0], []], [[0]]],
        ["two circles that share a place as one", [[1, 2], [0], [0]], [[0, 1, 2]]],
        [
            "two cycles, with an edge from one to the other",
            [[1], [0, 2], [3], [2]],
            [
                [0, 1],
                [2, 3],
            ],
        ],
    ])("are %s", (_, steps, circles) => {
        expect(among(steps)).toEqual(circles);
    });

    it("contain exactly the nodes that reach each other", () => {
        const places = fc.integer({ min: 1, max: 8 });
        const graph = places.chain((count) =>
            fc.array(fc.array(fc.nat({ max: count - 1 }), { maxLength: 3 }), {
                minLength: count,
                maxLength: count,
            }),
        );
        fc.assert(
            fc.property(graph, (steps) => {
                const expected = [...steps.keys()]
                    .filter((place) => reachedFrom(steps, place).has(place))
                    .map((place) =>
                        [...reachedFrom(steps, place)]
                            .filter((each) => reachedFrom(steps, each).has(place))
                            .sort((a, b) => a - b),
                    )
                    .filter(([first], index, all) => all.findIndex(([other]) => other === first) === index);
                expect(among(steps)).toEqual(expected);
            }),
        );
    });

    it("are found at the end of a chain that is longer than the call stack", () => {
        const length = 100_000;
        const steps = Array.from({ length }, (_, index) => [index === length - 1 ? index : index + 1]);
        expect(among(steps)).toEqual([[length - 1]]);
    });
});
