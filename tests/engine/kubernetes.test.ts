import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connectContainerEngine } from "@spot-messaging/local/images";
import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { type Definitions, toDefinitions } from "../../packages/topology/src/definitions/definitions.ts";
import { type Access, parseAccess } from "../../src/cli/access.ts";
import { projectRoot } from "../../src/cli/project.ts";
import { readStackConfig } from "../../src/cli/stackFile.ts";
import { parseEnvironment } from "../../src/config/parseEnvironment.ts";
import { buildTopology } from "../../src/topology/index.ts";
import { type ApiClient, connect } from "../kube/support/apiClient.ts";
import { requestsOf, usedRights } from "../kube/support/auditLog.ts";
import { type ControlPlane, startControlPlane } from "../kube/support/controlPlane.ts";
import { installCustomResources } from "../kube/support/customResources.ts";
import { storeAll } from "../kube/support/declaredObjects.ts";
import { ensureExecutables } from "../kube/support/executables.ts";
import { kubeconfig } from "../kube/support/kubeconfig.ts";
import { namedObjects } from "../kube/support/namedObjects.ts";
import { deployer, deployerUser, grantedObjects, right, rightsOf } from "../kube/support/rights.ts";
import { freePort } from "../support/ports.ts";
import { storeSecrets } from "../unit/environments.ts";
import { brokerContent } from "./support/brokerContent.ts";
import { kubernetesControllers, run } from "./support/controllers.ts";
import { type Ended, type EngineStack, engineStack, found } from "./support/engineStack.ts";
import { type EngineEvent, loggingTo, loggingVariables, readEvents } from "./support/eventLog.ts";
import { expectNoChanges, expectNoSecret } from "./support/expectations.ts";
import { type Operator, operator } from "./support/operator.ts";

const stack = "enginekube";
const namespace = "spot-prod";
const managementPort = await freePort();
const clusterType = "kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster";

const stateShape = z.object({
    checkpoint: z.object({
        latest: z.object({
            resources: z.array(z.object({ type: z.string(), created: z.coerce.date().optional() })),
        }),
    }),
});

/**
 * The prod stack as the deploying identity brings it up: the real engine and providers, a real API server, a real broker. Not proved here:
 * what pods do, since
 * none runs; see the stand-ins in support.
 */
describe.skipIf(!found)("the real engine on Kubernetes", () => {
    let engine: EngineStack;
    let plane: ControlPlane;
    let administrator: ApiClient;
    let docker: Docker;
    let broker: Operator;
    let stopControllers: () => Promise<void>;
    let values: Readonly<Record<string, string>>;
    let access: Access;
    const leftOnBroker: Definitions[] = [];
    let jobsFail = false;

    beforeAll(async () => {
        const report = (message: string): void => {
            process.stderr.write(`${stack}: ${message}\n`);
        };
        docker = await connectContainerEngine(report);
        plane = await startControlPlane(await ensureExecutables(report));
        administrator = connect(plane.server);
        await installCustomResources(administrator, report);
        await storeAll(administrator, [...grantedObjects, ...namedObjects]);
        engine = await engineStack(stack, "kubernetes");
        engine.setVariables({ KUBECONFIG: await identityFile(), ...loggingVariables });
        values = { ...(await prodValues()), ...changes };
        await engine.write(values);
        broker = operator({
            client: administrator,
            docker,
            containerName: `spot-messaging-${stack}-rabbitmq`,
            managementPort,
            beforeRemoval: async (managed) => {
                leftOnBroker.push(await brokerContent(managed));
            },
        });
        stopControllers = run(administrator, namespace, [
            broker,
            ...kubernetesControllers(administrator, () => jobsFail),
        ]);
    });

    afterAll(async () => {
        await stopControllers();
        await broker.stop();
        await plane.stop();
        await engine.remove();
    });

    /** An upgraded stack. */
    const oldClaim = { dataStorageClass: "shared", dataStorageSize: "50 GiB" };

    const changes = {
        tlsIssuer: "own",
        managementUrl: `https://localhost:${managementPort}`,
        protectQueues: "false",
        gatewayHost: "spot.example.com",
        ingressClass: "nginx",
        ingressNamespace: "ingress-nginx",
        ingressTlsSecret: "spot-example-com",
        ...oldClaim,
        ...storeSecrets,
    };

    async function prodValues(): Promise<Record<string, string>> {
        const text = await readFile(join(projectRoot, "Pulumi.prod.yaml"), "utf8");
        const { config } = z.object({ config: z.record(z.string(), z.unknown()) }).parse(parse(text));
        return Object.fromEntries(
            Object.entries(config).map(([key, value]) => [
                key.replace("spot-messaging:", ""),
                JSON.stringify(value),
            ]),
        );
    }

    /** A file that makes the engine the deploying identity, as its pod would be. */
    async function identityFile(): Promise<string> {
        const file = join(plane.folder, "kubeconfig");
        const content = kubeconfig(plane.server, await administrator.tokenOf(deployer));
        await writeFile(file, content, { mode: 0o600 });
        return file;
    }

    /** The definitions that the stack's values declare on a broker. */
    async function declaredWith(overrides: Readonly<Record<string, string>>): Promise<unknown> {
        const config = { ...(await readStackConfig(stack)), ...overrides };
        return toDefinitions(buildTopology(parseEnvironment(stack, config)));
    }

    /** Runs a command that changes the stack, and returns the engine's events. */
    async function logged(
        command: "up" | "destroy",
    ): Promise<Ended & { readonly events: readonly EngineEvent[] }> {
        const file = join(plane.folder, `${command}.json`);
        const ended = await engine.pulumi(command, "--yes", "--skip-preview", ...loggingTo(file));
        return { ...ended, events: readEvents(file) };
    }

    /** The time of the first successful request of the deploying identity for this verb and resource. */
    function firstTime(verb: string, resource: string): number {
        const requests = requestsOf(plane.server.auditLog, deployerUser);
        return Math.min(
            ...requests
                .filter((each) => each.verb === verb && each.resource === resource && each.code < 300)
                .map(({ time }) => time),
        );
    }

    /** The number of objects that the deploying identity has created. */
    function created(): number {
        return requestsOf(plane.server.auditLog, deployerUser).filter(({ verb }) => verb === "create").length;
    }

    /** The number of objects of one resource that the API server has created for the deploying identity. */
    function createdOf(resource: string): number {
        return requestsOf(plane.server.auditLog, deployerUser).filter(
            (each) => each.resource === resource && each.code === 201,
        ).length;
    }

    it("brings the stack up in one run", async () => {
        const { code, output } = await engine.run(process.execPath, "scripts/run.mjs", "up", stack);
        expect(code, output).toBe(0);
        const shown = await engine.pulumi("stack", "output", "--json", "--show-secrets");
        access = parseAccess(JSON.parse(shown.output));
        expect(access.managementEndpoint).toBe(`https://localhost:${managementPort}`);
        expect(await brokerContent(broker.broker())).toEqual(await declaredWith({}));
    });

    it("declares nothing on the broker before it is ready, and starts no service before all is declared", async () => {
        const { resources } = stateShape.parse(JSON.parse(await engine.state())).checkpoint.latest;
        const times = resources
            .filter(({ type }) => type.startsWith("rabbitmq:"))
            .map(({ created }) => created?.getTime() ?? 0);
        expect(times.length).toBeGreaterThan(50);
        expect(Math.min(...times)).toBeGreaterThan(broker.readySince());
        expect(firstTime("create", "deployments")).toBeGreaterThan(Math.max(...times));
    });

    it("plans no change in a second preview, nor in one that looks at the real resources", async () => {
        await expectNoChanges(engine);
    });

    it("keeps no secret in clear, neither in its state nor in what a preview prints", async () => {
        await expectNoSecret(engine, access);
    });

    const edit = { brokerCpus: "6", retryDelay: "7 seconds" };

    it("changes nodes and policies in place", async () => {
        await engine.write({ ...values, ...edit });
        const planned = await engine.pulumi("preview", "--json");
        expect(planned.code, planned.output).toBe(0);
        const { steps } = z
            .object({ steps: z.array(z.object({ op: z.string(), urn: z.string() })) })
            .parse(JSON.parse(planned.output));
        const changed = steps
            .filter(({ op }) => op !== "same")
            .map(({ op, urn }) => `${op} ${urn.split("::")[2]?.split("$").at(-1) ?? ""}`);
        expect([...new Set(changed)].sort()).toEqual([
            `update ${clusterType}`,
            "update rabbitmq:index/policy:Policy",
        ]);
        const { code, output } = await engine.pulumi("up", "--yes", "--skip-preview");
        expect(code, output).toBe(0);
        expect(await brokerContent(broker.broker())).toEqual(await declaredWith(edit));
    });

    it("keeps the claim of an earlier release, and refuses an update that would delete it", async () => {
        const claim = {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: { name: "spot-data", namespace },
        };
        values = Object.fromEntries(Object.entries(values).filter(([key]) => !(key in oldClaim)));
        await engine.write({ ...values, ...edit });
        const mark = async (kept: "true" | null): Promise<void> => {
            await administrator.patchMetadata(claim, { annotations: { "spot-messaging/kept": kept } });
        };
        // As the earlier release created it.
        await mark(null);
        const refused = await engine.pulumi("preview");
        expect(refused.code).not.toBe(0);
        expect(refused.output).toContain(
            `claim "spot-data" in namespace "${namespace}" holds the state of an earlier release`,
        );
        expect(refused.output).not.toMatch(/^\s+at /m);
        await mark("true");
        const { code, output } = await engine.pulumi("up", "--yes", "--skip-preview");
        expect(code, output).toBe(0);
        expect((await administrator.read(claim)).metadata["deletionTimestamp"]).toBeUndefined();
    });

    it("runs a failed migration of the database again in the next update", async () => {
        await engine.write({
            ...values,
            ...edit,
            servicesImage: `registry.example.com/spot@sha256:${"1".repeat(64)}`,
        });
        jobsFail = true;
        const failed = await engine.pulumi("up", "--yes", "--skip-preview");
        expect(failed.code).not.toBe(0);
        expect(failed.output).toMatch(/Job (\S+ )?.*[Ff]ailed/);
        jobsFail = false;
        const { code, output } = await engine.pulumi("up", "--yes", "--skip-preview");
        expect(code, output).toBe(0);
        const jobs = await administrator.list("batch/v1", "Job");
        expect(jobs.map(({ status }) => z.object({ succeeded: z.number() }).parse(status))).toEqual([
            { succeeded: 1 },
        ]);
    });

    it("stops within ten seconds, with a way out, where the management API cannot be reached", async () => {
        const closed = `https://localhost:${await freePort()}`;
        await engine.write({ ...values, ...edit, managementUrl: closed });
        const { code, output, events } = await logged("up");
        expect(code).not.toBe(0);
        expect(output).toContain(`management API "${closed}" cannot be reached from here`);
        expect(output).not.toMatch(/^\s+at /m);
        const nodes = events.find(({ what, text }) => what === "ends" && text === clusterType);
        const failure = events.find(({ what }) => what === "error");
        expect(failure?.text).toContain(closed);
        // The log counts whole seconds.
        expect((failure?.seconds ?? 0) - (nodes?.seconds ?? 0)).toBeLessThanOrEqual(11);
    });

    it("changes to certificates of cert-manager, whose authority this machine trusts", async () => {
        const file = join(plane.folder, "authority.pem");
        await writeFile(file, broker.broker().authority);
        engine.setVariables({ SSL_CERT_FILE: file, NODE_EXTRA_CA_CERTS: file });
        await engine.write({ ...values, tlsIssuer: "ClusterIssuer/internal" });
        const { code, output } = await engine.pulumi("up", "--yes", "--skip-preview");
        expect(code, output).toBe(0);
    });

    it("takes everything down in the opposite order", async () => {
        const { code, output, events } = await logged("destroy");
        expect(code, output).toBe(0);
        const places = (what: EngineEvent["what"], type: RegExp): readonly number[] =>
            events.flatMap((each, place) => (each.what === what && type.test(each.text) ? [place] : []));
        const stopped = places("ends", /:Deployment$/);
        const declared = { begins: places("begins", /^rabbitmq:/), ends: places("ends", /^rabbitmq:/) };
        const nodes = places("begins", /:RabbitmqCluster$/);
        expect([stopped.length, nodes.length]).toEqual([8, 1]);
        expect(declared.begins).toHaveLength(declared.ends.length);
        expect(Math.max(...stopped)).toBeLessThan(Math.min(...declared.begins));
        expect(Math.max(...declared.ends)).toBeLessThan(Math.min(...nodes));
        expect(leftOnBroker).toHaveLength(1);
        expect(
            leftOnBroker.flatMap((content) => Object.values<readonly unknown[]>({ ...content }).flat()),
        ).toEqual([]);
    });

    it("continues after runs that were killed while they created Secrets, nodes and services, and can change what they created", async () => {
        await engine.write(values);
        const before = ["secrets", "rabbitmqclusters", "deployments"].map(
            (resource) => [resource, createdOf(resource)] as const,
        );
        for (const [resource, count] of before) {
            // A slow machine kills later: the run may have created objects of the next resource, too.
            await engine.kill(
                () => createdOf(resource) > count,
                process.execPath,
                "scripts/run.mjs",
                "up",
                stack,
            );
        }
        const continued = await engine.run(process.execPath, "scripts/run.mjs", "up", stack);
        expect(continued.code, continued.output).toBe(0);
        expect(continued.output).toMatch(
            /^continuing with .*Deployment "[a-z-]+".*, which an interrupted run may have created$/m,
        );
        expect(await brokerContent(broker.broker())).toEqual(await declaredWith({}));
        await engine.write({ ...values, ...edit });
        const changed = await engine.pulumi("up", "--yes", "--skip-preview");
        expect(changed.code, changed.output).toBe(0);
        const removed = await engine.pulumi("destroy", "--yes", "--skip-preview");
        expect(removed.code, removed.output).toBe(0);
    });

    it.each(["preview", "up"])(
        "says in %s that KEDA is not installed, before anything is created",
        async (command) => {
            const definitions = await administrator.list(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
            );
            for (const definition of definitions.filter(({ metadata }) =>
                metadata.name.endsWith(".keda.sh"),
            )) {
                await administrator.remove(definition);
            }
            await engine.write(values);
            const before = created();
            const begun = performance.now();
            const { code, output } = await engine.pulumi(
                command,
                ...(command === "up" ? ["--yes", "--skip-preview"] : []),
            );
            expect(code).not.toBe(0);
            expect(output).toContain(
                'kind "TriggerAuthentication" of keda.sh/v1alpha1, kind "ScaledObject" of keda.sh/v1alpha1: not installed; install KEDA, or set "autoscaling" to false',
            );
            expect(output).not.toMatch(/^\s+at /m);
            expect(performance.now() - begun).toBeLessThan(30_000);
            expect(created()).toBe(before);
        },
    );

    it("has used every right that it was granted, but to change what this run left as it was, and missed none", () => {
        const requests = requestsOf(plane.server.auditLog, deployerUser);
        // The provider requests the events of all namespaces, to report what happens to this one. It works without them, and this identity
        // has no right to read them.
        const refused = requests.filter(({ code }) => code === 403);
        expect(
            [
                ...new Set(
                    refused.map(
                        (each) => `${right(each.verb, each.group, each.resource)} in "${each.namespace}"`,
                    ),
                ),
            ].sort(),
        ).toEqual(['list /events in ""', 'watch /events in ""']);
        const used = usedRights(requests);
        const granted = rightsOf(grantedObjects);
        expect(used.filter((each) => !granted.includes(each))).toEqual([]);
        const unused = granted.filter((each) => !used.includes(each));
        // tests/kube changes every kind of object. This server streams what there is of events; others, older ones among them, have it
        // listed first. This stack names a ClusterIssuer; tests/kube lists issuers of a namespace.
        const elsewhere = ["list /events", "list cert-manager.io/issuers"];
        expect(unused.filter((each) => !each.startsWith("patch ") && !elsewhere.includes(each))).toEqual([]);
    });
});
