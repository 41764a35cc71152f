import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import { buildTopology } from "../../../src/topology/index.ts";
import { devConfig, prodConfig } from "../environments.ts";
import { mask, passwordOf, type Registration, recordProgram } from "./recorder.ts";

// That no login fails during the change is tested in tests/broker and tests/engine.

const first = await recordProgram("prod", prodConfig);
const second = await recordProgram("prod", { ...prodConfig, credentialsGeneration: "2" });
const mixed = await recordProgram("dev", { ...devConfig, serviceCredentials: '["gateway=3"]' });

const topology = buildTopology(parseEnvironment("prod", prodConfig));
const topicUsers = new Set(topology.topicPermissions.map(({ user }) => user));
const services = topology.services.filter(({ workload }) => workload !== undefined);

function users(registrations: readonly Registration[]): readonly Registration[] {
    return registrations.filter(({ type }) => type === "rabbitmq:index/user:User");
}

const connection = z.object({ "connection.json": z.string() });

/** User and password of each login, by the resource that contains them. */
function logins(registrations: readonly Registration[]): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
        registrations
            .filter(({ inputs }) => connection.safeParse(inputs["stringData"]).success)
            .map(({ name, inputs }) => {
                const text = connection.parse(inputs["stringData"])["connection.json"];
                const { username, password } = z
                    .object({ username: z.string(), password: z.string() })
                    .parse(JSON.parse(text));
                return [name, [username, password]];
            }),
    );
}

/** The name of each object on Kubernetes, by the resource's name. */
function objectNames(registrations: readonly Registration[], kind: string): ReadonlyMap<string, unknown> {
    const metadata = z.object({ metadata: z.object({ name: z.string() }) });
    return new Map(
        registrations
            .filter(({ type, name }) => type.endsWith(`:${kind}`) && name.startsWith("services"))
            .map(({ name, inputs }) => [name, metadata.parse(inputs).metadata.name]),
    );
}

describe("the second generation of passwords", () => {
    it("adds a second user with its own password for each user, and changes no user", () => {
        expect(users(first)).toHaveLength(topology.users.length);
        expect(users(second)).toHaveLength(topology.users.length * 2);
        for (const { inputs, masked } of users(second)) {
            expect(inputs["password"]).toBe(passwordOf(`spot-password-${String(inputs["name"])}`));
            expect(masked["password"]).toBe(mask);
        }
        const after = new Map(users(second).map(({ name, inputs }) => [name, inputs]));
        expect(users(first).map(({ name }) => after.get(name))).toEqual(
            users(first).map(({ inputs }) => inputs),
        );
        expect(second.filter(({ masked }) => JSON.stringify(masked).includes("pa55word"))).toEqual([]);
    });

    it("lets every service log in as its new user, after that user has its permissions", () => {
        const byConnection = logins(second);
        expect(Object.keys(byConnection)).toHaveLength(services.length);
        for (const [name, login] of Object.entries(byConnection)) {
            const service = /^services-(.*)-secrets$/.exec(name)?.[1] ?? "";
            expect(login).toEqual([`${service}-2`, passwordOf(`spot-password-${service}-2`)]);
        }
        const rights = second.filter(({ type }) => /permissions:\w*Permissions$/i.test(type));
        expect(rights).toHaveLength((topology.permissions.length + topicUsers.size) * 2);
        const deployments = second.filter(({ type }) => type === "kubernetes:apps/v1:Deployment");
        expect(Math.max(...rights.map(({ done }) => done))).toBeLessThan(
            Math.min(...deployments.map(({ begun }) => begun)),
        );
    });

    // A Secret with the same name would change under the old pods, and would not roll them.
    it("uses Secrets with new names, and changes no other name", () => {
        const [was, is] = [first, second].map((each) => objectNames(each, "Secret"));
        const same = [...(was ?? [])].filter(([name, called]) => is?.get(name) === called);
        // The owner of the database stays.
        expect(same).toEqual([["services-database-owner", "spot-database-owner"]]);
        expect(objectNames(second, "ConfigMap")).toEqual(objectNames(first, "ConfigMap"));
        expect(objectNames(second, "Deployment")).toEqual(objectNames(first, "Deployment"));
    });

    it("lets KEDA ask as its new user, too", () => {
        const [secret] = second.filter(({ name }) => name === "services-scaling-user");
        expect(secret?.inputs["stringData"]).toEqual({
            username: "monitoring-2",
            password: passwordOf("spot-password-monitoring-2"),
            tls: "enable",
        });
    });
});

describe("a generation of one service's own", () => {
    it("changes that service, and no other", () => {
        const names = users(mixed).map(({ inputs }) => String(inputs["name"]));
        expect(names).toHaveLength(topology.users.length + 1);
        expect(names.filter((name) => name.startsWith("gateway")).sort()).toEqual(["gateway-2", "gateway-3"]);
        const files = z
            .array(z.object({ file: z.string(), content: z.string() }))
            .parse(mixed.find(({ name }) => name === "services-files")?.inputs["uploads"]);
        const connectionOf = (service: string): string | undefined =>
            files.find(({ file }) => file.includes(`/${service}/`) && file.endsWith("connection.json"))
                ?.content;
        expect(connectionOf("gateway")).toContain(passwordOf("spot-password-gateway-3"));
        expect(connectionOf("notifier")).toContain(passwordOf("spot-password-notifier"));
    });
});
