import { connectContainerEngine } from "@spot-messaging/local/images";
import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Access, brokerOf, parseAccess } from "../../src/cli/access.ts";
import { gateway } from "../../src/cli/mails/gateway.ts";
import { eventually } from "../broker/support/eventually.ts";
import { freeStackPorts, portValues } from "../broker/support/stackPorts.ts";
import { type Database, startDatabase } from "../chaos/database.ts";
import { found as existing } from "../unit/found.ts";
import { type EngineStack, engineStack, found } from "./support/engineStack.ts";
import { expectNoChanges } from "./support/expectations.ts";

const stack = "enginedata";
const network = `spot-messaging-${stack}-plant`;

/** A stack in Docker that keeps its state in PostgreSQL, and whose gateway requires tokens. */
describe.skipIf(!found)("the real engine with a database", () => {
    let engine: EngineStack;
    let docker: Docker;
    let database: Database;
    let values: Readonly<Record<string, string>>;
    let access: Access;

    beforeAll(async () => {
        const report = (message: string): void => {
            process.stderr.write(`${stack}: ${message}\n`);
        };
        docker = await connectContainerEngine(report);
        await removePlant();
        await docker.createNetwork({ Name: network });
        database = await startDatabase(docker, { name: `${network}-postgres`, network, labels: {} }, report);
        engine = await engineStack(stack, "docker");
        values = {
            ...portValues(await freeStackPorts()),
            database: "external",
            databaseUrl: database.url,
            serviceNetworks: `[${network}]`,
            gatewayClients: "[relay]",
        };
    });

    afterAll(async () => {
        await engine.pulumi("destroy", "--yes", "--skip-preview");
        await engine.remove();
        await removePlant();
    });

    async function removePlant(): Promise<void> {
        const [left] = await docker.listContainers({
            all: true,
            filters: { name: [`^/${network}-postgres$`] },
        });
        if (left !== undefined) {
            await docker.getContainer(left.Id).remove({ force: true, v: true });
        }
        const networks = await docker.listNetworks({ filters: { name: [`^${network}$`] } });
        await Promise.all(networks.map(({ Id }) => docker.getNetwork(Id).remove()));
    }

    async function apply(changes: Readonly<Record<string, string>> = {}): Promise<void> {
        await engine.write({ ...values, ...changes });
        const { code, output } = await engine.pulumi("up", "--yes", "--skip-preview");
        expect(code, output).toBe(0);
        const shown = await engine.pulumi("stack", "output", "--json", "--show-secrets");
        access = parseAccess(JSON.parse(shown.output));
    }

    /** The broker's users, the database's roles and the names of the tokens, of all generations. */
    async function credentials(): Promise<Readonly<Record<string, readonly string[]>>> {
        const { users } = z
            .object({ users: z.array(z.object({ name: z.string() })) })
            .parse(await brokerOf(access).definitions());
        const roles = await database.query(
            `SELECT rolname FROM pg_roles WHERE rolname LIKE '${stack}\\_%' ORDER BY rolname`,
        );
        return {
            users: users
                .map(({ name }) => name)
                .filter((name) => name.startsWith("gateway"))
                .sort(),
            roles: roles
                .trim()
                .split("\n")
                .filter((name) => name.includes("gateway")),
            tokens: Object.keys(access.tokens ?? {}).sort(),
        };
    }

    /** Submits an e-mail, waits for its verdict, and returns its id. */
    async function analyzed(token: string): Promise<string> {
        const { submit, analysis } = gateway(
            existing(access.gatewayUrl ?? undefined, "the gateway's URL"),
            token,
        );
        const id = await submit({ name: "mail", content: Buffer.from("Subject: hello\r\n\r\nhello\r\n") });
        await eventually(
            "the verdict",
            async () => ((await analysis(id))?.state === "completed" ? true : undefined),
            60_000,
        );
        return id;
    }

    async function statusWith(token: string): Promise<number> {
        const headers = { authorization: `Bearer ${token}` };
        return (await fetch(`${access.gatewayUrl ?? ""}/submissions`, { headers })).status;
    }

    const tokenOf = (name: string): string => existing(access.tokens?.[name], `token ${name}`);

    it("starts no service where the database cannot be prepared, and says how to try again", async () => {
        await engine.write({ ...values, databaseUrl: database.url.replace("/spot", "/missing") });
        const { code, output } = await engine.run(process.execPath, "scripts/run.mjs", "up", stack);
        expect(code).not.toBe(0);
        const container = `spot-messaging-${stack}-database`;
        expect(output).toContain(`container "${container}" ended with exit code`);
        expect(output).not.toMatch(/^\s+at /m);
        const containers = await docker.listContainers({ all: true });
        expect(
            containers.flatMap(({ Names }) => Names).filter((name) => name.includes(`${stack}-gateway-0`)),
        ).toEqual([]);
        await docker.getContainer(container).remove();
    });

    it("prepares the database in the next run, and plans no change afterwards", async () => {
        await apply();
        await expectNoChanges(engine);
        await analyzed(tokenOf("relay"));
    });

    it("keeps users, roles and tokens of the previous generation for one rotation", async () => {
        const [first, id] = [tokenOf("relay"), await analyzed(tokenOf("relay"))];
        await apply({ credentialsGeneration: "2" });
        expect(await credentials()).toEqual({
            users: ["gateway", "gateway-2"],
            roles: [`${stack}_gateway_1`, `${stack}_gateway_2`],
            tokens: ["relay", "relay-2"],
        });
        expect([await statusWith(first), await statusWith(tokenOf("relay-2"))]).toEqual([200, 200]);
        const { analysis } = gateway(access.gatewayUrl ?? "", tokenOf("relay-2"));
        expect((await analysis(id))?.state).toBe("completed");
    });

    it("removes users, roles and tokens of the previous generation without keepPreviousCredentials, and the services continue", async () => {
        const [first, second] = [tokenOf("relay"), tokenOf("relay-2")];
        const running = { credentialsGeneration: "2", keepPreviousCredentials: "false" };
        await apply(running);
        expect(await credentials()).toEqual({
            users: ["gateway-2"],
            roles: [`${stack}_gateway_2`],
            tokens: ["relay-2"],
        });
        expect(tokenOf("relay-2")).toBe(second);
        expect([await statusWith(first), await statusWith(second)]).toEqual([401, 200]);
        await analyzed(second);
        await expectNoChanges(engine);
    });

    it("leaves nothing on this machine after destroy", async () => {
        const destroyed = await engine.pulumi("destroy", "--yes", "--skip-preview");
        expect(destroyed.code, destroyed.output).toBe(0);
        const [containers, networks, { Volumes: volumes }] = await Promise.all([
            docker.listContainers({ all: true }),
            docker.listNetworks(),
            docker.listVolumes(),
        ]);
        const names = [
            ...containers.flatMap(({ Names }) => Names.map((name) => name.replace(/^\//, ""))),
            ...[...networks, ...volumes].map(({ Name }) => Name),
        ].filter((name) => name.startsWith(`spot-messaging-${stack}-`));
        expect(names.sort()).toEqual([network, `${network}-postgres`]);
    });
});
