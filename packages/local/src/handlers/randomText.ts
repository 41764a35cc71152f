import { randomInt } from "node:crypto";
import { z } from "zod";

const specials = "!@#$%&*()-_=+[]{}<>:?";

export const randomTextInputs = z.strictObject({
    length: z.int().min(1),
    lower: z.boolean().default(true),
    upper: z.boolean().default(true),
    numeric: z.boolean().optional(),
    number: z.boolean().optional(),
    special: z.boolean().default(true),
    minLower: z.int().min(0).default(0),
    minUpper: z.int().min(0).default(0),
    minNumeric: z.int().min(0).default(0),
    minSpecial: z.int().min(0).default(0),
    overrideSpecial: z.string().optional(),
    // With keepers, the engine decides when to generate a new value; a local run always does.
    keepers: z.record(z.string(), z.string()).optional(),
});

/** Random characters of the enabled classes, with the minimum number of each class, from the system's secure generator. */
export function randomText(inputs: z.infer<typeof randomTextInputs>): string {
    const classes = [
        { enabled: inputs.lower, minimum: inputs.minLower, alphabet: "abcdefghijklmnopqrstuvwxyz" },
        { enabled: inputs.upper, minimum: inputs.minUpper, alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
        {
            enabled: inputs.numeric ?? inputs.number ?? true,
            minimum: inputs.minNumeric,
            alphabet: "0123456789",
        },
        { enabled: inputs.special, minimum: inputs.minSpecial, alphabet: inputs.overrideSpecial ?? specials },
    ];
    const alphabet = classes.map((one) => (one.enabled ? one.alphabet : "")).join("");
    const characters = classes.flatMap((one) => pick(one.alphabet, one.minimum));
    if (alphabet === "" || characters.length > inputs.length) {
        throw new Error(
            alphabet === ""
                ? "all character classes are disabled; enable one"
                : `asks for at least ${characters.length} characters of certain classes in a length of ${inputs.length}; raise the length`,
        );
    }
    return shuffled([...characters, ...pick(alphabet, inputs.length - characters.length)]).join("");
}

function pick(alphabet: string, count: number): string[] {
    return Array.from({ length: count }, () => alphabet.charAt(randomInt(alphabet.length)));
}

function shuffled(characters: readonly string[]): string[] {
    const left = [...characters];
    return Array.from({ length: left.length }, () => left.splice(randomInt(left.length), 1).join(""));
}
