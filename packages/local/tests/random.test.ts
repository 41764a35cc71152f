import { describe, expect, it } from "vitest";
import { createWith } from "./handlerRun.ts";

async function text(type: string, inputs: Readonly<Record<string, unknown>>): Promise<string> {
    const { state } = await createWith({ type, inputs });
    return String(state?.["result"]);
}

const password = "random:index/randomPassword:RandomPassword";

describe("random passwords", () => {
    it("are secret, and so is nothing else of a random string", async () => {
        expect((await createWith({ type: password, inputs: { length: 8 } })).secrets).toEqual(["result"]);
        const string = await createWith({
            type: "random:index/randomString:RandomString",
            inputs: { length: 8 },
        });
        expect(string.secrets).toBeUndefined();
        expect(string.id).toBe(string.state?.["result"]);
    });

    it.each<[Readonly<Record<string, unknown>>, RegExp]>([
        [{ length: 64, special: false }, /^[a-zA-Z0-9]{64}$/],
        [{ length: 32, lower: false, upper: false, special: false }, /^\d{32}$/],
        [{ length: 32, special: true, overrideSpecial: "_", upper: false, numeric: false }, /^[a-z_]{32}$/],
        [
            { length: 4, minUpper: 1, minLower: 1, minNumeric: 1, minSpecial: 1 },
            /^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)(?=.*[^a-zA-Z0-9])/,
        ],
    ])("hold what %j asks for", async (inputs, pattern) => {
        for (let round = 0; round < 20; round += 1) {
            expect(await text(password, inputs)).toMatch(pattern);
        }
    });

    it("differ", async () => {
        const made = await Promise.all(Array.from({ length: 50 }, () => text(password, { length: 16 })));
        expect(new Set(made).size).toBe(50);
    });

    it.each<[Readonly<Record<string, unknown>>, string]>([
        [
            { length: 4, lower: false, upper: false, numeric: false, special: false },
            "all character classes are disabled; enable one",
        ],
        [
            { length: 3, minUpper: 2, minLower: 2 },
            "asks for at least 4 characters of certain classes in a length of 3; raise the length",
        ],
        [
            { length: 3, words: 2 },
            'a local run does not support input "words"; leave it out or use pulumi up --stack dev',
        ],
    ])("refuse %j", async (inputs, sentence) => {
        await expect(text(password, inputs)).rejects.toThrow(new Error(sentence));
    });
});

describe("random ids", () => {
    it("come in every form of the same bytes", async () => {
        const { id, state } = await createWith({
            type: "random:index/randomId:RandomId",
            inputs: { byteLength: 8, prefix: "spot-" },
        });
        const bytes = Buffer.from(id, "base64url");
        expect(bytes).toHaveLength(8);
        expect(state).toEqual({
            b64Std: `spot-${bytes.toString("base64")}`,
            b64Url: `spot-${bytes.toString("base64url")}`,
            dec: `spot-${bytes.readBigUInt64BE().toString()}`,
            hex: `spot-${bytes.toString("hex")}`,
        });
    });
});
