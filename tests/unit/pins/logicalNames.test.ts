import { expect, it } from "vitest";
import type { RawConfig } from "../../../src/config/configReader.ts";
import { devConfig, externalConfig, prodConfig } from "../environments.ts";
import { passwordOf, recordProgram } from "../program/recorder.ts";
import { pinned } from "./pinned.ts";

const stacks: readonly (readonly [string, RawConfig])[] = [
    ["dev", devConfig],
    ["prod", prodConfig],
    ["external", { ...externalConfig, password: passwordOf("broker") }],
];

async function resources(stack: string, config: RawConfig): Promise<readonly string[]> {
    return (await recordProgram(stack, config)).map(({ type, name }) => `${type} ${name}`);
}

// A changed name is another resource: Pulumi deletes the one of the old name, a queue with its messages.
it("registers exactly the resources that logicalNames.txt lists", async () => {
    const found: [string, readonly string[]][] = [];
    // One after another: Pulumi has one runtime in a process.
    for (const [stack, config] of stacks) {
        found.push([stack, await resources(stack, config)]);
    }
    await expect(pinned(found)).toMatchFileSnapshot("logicalNames.txt");
});
