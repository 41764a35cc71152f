import { runLocally } from "@spot-messaging/local";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { fromExport, toDefinitions } from "../../packages/topology/src/definitions/definitions.ts";
import { parseEnvironment } from "../../src/config/parseEnvironment.ts";
import { buildTopology } from "../../src/topology/index.ts";
import { externalConfig } from "../unit/environments.ts";
import { startStack, type TestStack } from "./support/stack.ts";

/**
 * A stack that is declared on an external broker. The test uses the broker of another stack, and deletes what that stack declared.
 * Not proved here: TLS, which that broker does not have.
 */
describe("an external broker", () => {
    let host: TestStack;

    beforeAll(async () => {
        // Another name than the stack under test has: a local run begins by removing what its stack left.
        host = await startStack("external-host", "4.3");
        await host.api.deleteVhost("spot");
        for (const { name } of host.topology.users) {
            await host.api.deleteUser(name);
        }
    });

    afterAll(async () => {
        await host.remove();
    });

    it("gets the topology and the users, and no services", async () => {
        const { administrator, managementEndpoint } = host.access;
        const raw = {
            ...externalConfig,
            endpoint: managementEndpoint,
            username: administrator.username,
        };
        vi.resetModules();
        const { resources } = await runLocally({
            project: "spot-messaging",
            stack: "external",
            config: Object.fromEntries(
                Object.entries({ ...raw, password: administrator.password }).map(([key, value]) => [
                    `spot-messaging:${key}`,
                    value,
                ]),
            ),
            program: () => import("../../src/index.ts"),
            docker: host.docker,
        });
        expect(resources.filter(({ type }) => type.startsWith("docker:"))).toEqual([]);
        const topology = buildTopology(parseEnvironment("external", raw));
        const exported = await host.api.definitions();
        expect(fromExport(exported, "spot", [administrator.username])).toEqual(toDefinitions(topology));
    });
});
