import { expect } from "vitest";
import type { Access } from "../../../src/cli/access.ts";
import type { EngineStack } from "./engineStack.ts";

/** Expects no changes between the program and the engine's state, nor between the program and the real resources. */
export async function expectNoChanges(engine: EngineStack): Promise<void> {
    const second = await engine.pulumi("preview", "--expect-no-changes");
    expect(second.code, second.output).toBe(0);
    const refreshed = await engine.pulumi("preview", "--refresh", "--expect-no-changes");
    expect(refreshed.code, refreshed.output).toBe(0);
}

/** Expects that neither the state nor the output of a preview contains a password, as plain text or in base64. */
export async function expectNoSecret(engine: EngineStack, access: Access): Promise<void> {
    const exported = await engine.state();
    const { output } = await engine.pulumi("preview", "--diff", "--json");
    for (const secret of [access.administrator.password, ...Object.values(access.passwords)]) {
        expect(secret).toHaveLength(32);
        for (const text of [secret, Buffer.from(secret).toString("base64")]) {
            expect(exported.includes(text)).toBe(false);
            expect(output.includes(text)).toBe(false);
        }
    }
}
