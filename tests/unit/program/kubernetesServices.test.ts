import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import { keepsState, statefulServices } from "../../../src/environment/deployment.ts";
import { buildTopology } from "../../../src/topology/index.ts";
import { kubernetesConfig, prodConfig, storeSecrets } from "../environments.ts";
import { found } from "../found.ts";
import { mask, passwordOf, type Registration, recordProgram } from "./recorder.ts";
import { manifestProblem } from "./translate/kubernetes/manifests.ts";

// Mocks make no objects: what a real server says to them is tested in tests/kube.

const metadata = z.object({ metadata: z.object({ name: z.string() }) });
const deployment = metadata.extend({
    spec: z.object({
        replicas: z.number().optional(),
        template: z.object({
            spec: z.object({
                serviceAccountName: z.string(),
                volumes: z.array(
                    z.object({
                        configMap: z.object({ name: z.string() }).optional(),
                        secret: z.object({ secretName: z.string() }).optional(),
                        persistentVolumeClaim: z.object({ claimName: z.string() }).optional(),
                    }),
                ),
            }),
        }),
    }),
});

const prod = await recordProgram("prod", prodConfig);
const hidden = await recordProgram("hidden", kubernetesConfig);
const fixed = await recordProgram("fixed", {
    ...kubernetesConfig,
    autoscaling: "false",
    serviceReplicas: '["analyzer.links=3"]',
});
const stacks: readonly [string, readonly Registration[]][] = [
    ["prod", prod],
    ["without an ingress", hidden],
    ["without KEDA", fixed],
];

/** The names of the services that run somewhere. */
const deployed = buildTopology(parseEnvironment("prod", prodConfig))
    .services.filter(({ workload }) => workload !== undefined)
    .map(({ name }) => name);

function servicesOf(registrations: readonly Registration[]): readonly string[] {
    return registrations
        .filter(({ name }) => name.startsWith("services"))
        .map(({ type, name }) => `${type} ${name}`)
        .sort();
}

function named(registrations: readonly Registration[], name: string): Registration {
    return found(
        registrations.find((each) => each.name === name),
        name,
    );
}

/** Everything of a registration but the content of a Secret. */
function shownOf({ type, inputs }: Registration): string {
    return JSON.stringify(
        type === "kubernetes:core/v1:Secret" ? { ...inputs, stringData: undefined } : inputs,
    );
}

describe("the services on Kubernetes", () => {
    it.each(stacks)("satisfy the schemas of Kubernetes and of the operators (%s)", (_, registrations) => {
        const manifests = registrations.filter(({ type }) => /^kubernetes:(?!yaml)/.test(type));
        const problems = manifests.map(({ type, name, inputs }) => [name, manifestProblem(type, inputs)]);
        expect(problems.length).toBeGreaterThan(60);
        expect(problems.filter(([, problem]) => problem !== undefined)).toEqual([]);
    });

    it("have without an ingress one object less, and without KEDA none of its objects", () => {
        const without = (some: readonly Registration[], others: readonly Registration[]): readonly string[] =>
            servicesOf(some).filter((each) => !servicesOf(others).includes(each));
        expect(without(hidden, prod)).toEqual([]);
        const analyzers = ["attachments", "content", "headers"].map((each) => `analyzer.${each}`);
        const scaled = ["analyzer-orchestrator", ...analyzers, "result-processor"];
        expect(without(hidden, fixed)).toEqual([
            "kubernetes:core/v1:Secret services-scaling-user",
            "kubernetes:keda.sh/v1alpha1:ScaledObject services-analyzer.links-scaling",
            "kubernetes:keda.sh/v1alpha1:TriggerAuthentication services-scaling",
        ]);
        expect(without(prod, hidden)).toEqual([
            ...scaled.map((each) => `kubernetes:keda.sh/v1alpha1:ScaledObject services-${each}-scaling`),
            "kubernetes:networking.k8s.io/v1:Ingress services-gateway-ingress",
        ]);
    });

    it.each(stacks)(
        "hold passwords in the content of Secrets, which is secret, and nowhere else (%s)",
        (_, all) => {
            const objects = all.filter(({ type }) => type.startsWith("kubernetes:"));
            expect(
                objects.filter((each) => shownOf(each).includes("pa55word")).map(({ name }) => name),
            ).toEqual([]);
            expect(all.filter(({ masked }) => JSON.stringify(masked).includes("pa55word"))).toEqual([]);
            const secrets = objects.filter(({ type }) => type === "kubernetes:core/v1:Secret");
            expect(secrets.map(({ masked }) => masked["stringData"])).toEqual(secrets.map(() => mask));
        },
    );

    it("give each service its own password and no other, and KEDA one with which it can read nothing", () => {
        const used = prod
            .filter(({ name, type }) => type === "kubernetes:core/v1:Secret" && name.startsWith("services"))
            .map(({ name, inputs }) => [
                name,
                JSON.stringify(inputs["stringData"]).match(/pa55word-of-[\w.-]+/g),
            ]);
        const ofBroker = (service: string): string => passwordOf(`spot-password-${service}`);
        const ofDatabase = (service: string): readonly string[] =>
            keepsState(service) ? [passwordOf(`access-role-${service.replace("-", "_")}-1`)] : [];
        const ofStore = (service: string): readonly string[] =>
            /^(gateway|analyzer\..*)$/.test(service) ? [storeSecrets.objectStoreSecretKey] : [];
        expect(Object.fromEntries(used)).toEqual({
            ...Object.fromEntries(
                deployed.map((each) => [
                    `services-${each}-secrets`,
                    [ofBroker(each), ...ofDatabase(each), ...ofStore(each)],
                ]),
            ),
            "services-database-owner": [passwordOf("access-database-owner")],
            "services-database-migration-secrets": [
                passwordOf("access-database-owner"),
                ...statefulServices.flatMap(ofDatabase),
            ],
            "services-scaling-user": [ofBroker("monitoring")],
        });
    });

    it.each(stacks)("name in their pods only objects that are declared (%s)", (_, registrations) => {
        const declared = registrations
            .filter(({ type }) => type.startsWith("kubernetes:"))
            .map(
                ({ type, inputs }) =>
                    `${type.split(":").at(-1) ?? ""} ${metadata.parse(inputs).metadata.name}`,
            );
        const pods = registrations
            .filter(({ type }) => type === "kubernetes:apps/v1:Deployment")
            .map(({ inputs }) => deployment.parse(inputs).spec.template.spec);
        expect(pods).toHaveLength(deployed.length);
        const named = pods.flatMap(({ serviceAccountName, volumes }) => [
            `ServiceAccount ${serviceAccountName}`,
            ...volumes.flatMap(({ configMap, secret, persistentVolumeClaim }) => [
                ...(configMap === undefined ? [] : [`ConfigMap ${configMap.name}`]),
                // Of cert-manager, whose Certificate says so, and of CloudNativePG.
                ...(secret === undefined || ["rabbitmq-tls", "spot-database-ca"].includes(secret.secretName)
                    ? []
                    : [`Secret ${secret.secretName}`]),
                ...(persistentVolumeClaim === undefined
                    ? []
                    : [`PersistentVolumeClaim ${persistentVolumeClaim.claimName}`]),
            ]),
        ]);
        expect(named).toHaveLength(deployed.length * 3);
        expect(named.filter((each) => !declared.includes(each))).toEqual([]);
    });

    it("run as many replicas as wanted: KEDA's, those that are written down, or what the topology says", () => {
        const replicasOf = (registrations: readonly Registration[]): Record<string, number | undefined> =>
            Object.fromEntries(
                registrations
                    .filter(({ type }) => type === "kubernetes:apps/v1:Deployment")
                    .map(({ inputs }) => {
                        const { metadata: own, spec } = deployment.parse(inputs);
                        return [own.name, spec.replicas];
                    }),
            );
        // Kubernetes has no dots in names.
        const pairs = Object.fromEntries(deployed.map((each) => [each.replace(".", "-"), 2]));
        expect(replicasOf(fixed)).toEqual({ ...pairs, "analyzer-links": 3 });
        expect(replicasOf(hidden)).toEqual({ ...pairs, "analyzer-links": undefined });
    });

    const before: readonly [string, string][] = [
        ["spot-permissions-gateway", "services-database-cluster"],
        ["services-database-owner", "services-database-cluster"],
        ["services-database-cluster", "services-database-migration"],
        ["services-database-migration-network", "services-database-migration"],
        // Alerts about missing queues would be right.
        ["spot-binding-spot.analysis-analyzer.links-analyze.job.links", "monitoring-monitor"],
        ["spot-binding-spot.analysis-analyzer.links-analyze.job.links", "services-analyzer.links-deployment"],
        ["services-database-migration", "services-gateway-deployment"],
        ["services-scaling-user", "services-scaling"],
        // Where KEDA is missing, no service is touched.
        ["services-scaling", "services-gateway-deployment"],
        ["services-analyzer.links-account", "services-analyzer.links-deployment"],
        ["services-analyzer.links-network", "services-analyzer.links-deployment"],
        ["services-analyzer.links-contract", "services-analyzer.links-deployment"],
        ["services-analyzer.links-secrets", "services-analyzer.links-deployment"],
        ["services-analyzer.links-deployment", "services-analyzer.links-scaling"],
        ["services-gateway-deployment", "services-gateway-service"],
        ["services-gateway-service", "services-gateway-ingress"],
    ];
    it.each(before)("have %s before %s", (earlier, later) => {
        expect(named(prod, earlier).done).toBeLessThan(named(prod, later).begun);
    });
});
