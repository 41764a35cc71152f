import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { peer } from "../src/peer.ts";

describe("peer", () => {
    it("says which package is missing, what needs it, and how to get it", () => {
        const absent = "@pulumi/absent" as "@pulumi/docker"; // A package that is not installed is not in the type.
        expect(() => peer("RabbitMqCluster", absent)).toThrow(
            'component RabbitMqCluster needs package "@pulumi/absent", which is not installed; run: npm install @pulumi/absent',
        );
    });

    it("is not needed before a component is used", async () => {
        const entrance = new URL("../src/exports/index.ts", import.meta.url);
        const script = `
            import { createRequire } from "node:module";
            await import(${JSON.stringify(entrance.href)});
            const { cache } = createRequire(import.meta.url);
            const loaded = Object.keys(cache).flatMap((file) => /@pulumi.[a-z]+/.exec(file) ?? []);
            console.log(JSON.stringify([...new Set(loaded)].sort()));
        `;
        const { stdout } = await promisify(execFile)(
            process.execPath,
            ["--conditions=@spot-messaging/source", "--input-type=module", "--eval", script],
            { cwd: fileURLToPath(new URL("../../..", import.meta.url)) },
        );
        expect(JSON.parse(stdout)).toEqual(["@pulumi/pulumi"]);
    });
});
