import { describe, expect, it } from "vitest";
import type { RawConfig } from "../../../src/config/configReader.ts";
import { kubernetesConfig } from "../../../tests/unit/environments.ts";
import { found } from "../../../tests/unit/found.ts";
import { mask, passwordOf, type Registration, recordProgram } from "../../../tests/unit/program/recorder.ts";
import { manifestProblem } from "../../../tests/unit/program/translate/kubernetes/manifests.ts";

// Mocks make no objects: what a real server says to them is tested in tests/kube.

const brokerOnly: RawConfig = {
    ...kubernetesConfig,
    deployServices: "false",
    serviceReplicas: "[]",
    managementNamespaces: '["deploy"]',
};
const issued = await recordProgram("issued", brokerOnly);
const own = await recordProgram("own", {
    ...brokerOnly,
    tlsIssuer: "own",
    operatorManifest: "https://example.com/v2.22.3/cluster-operator.yml",
    managementUrl: "https://localhost:15671",
});
const stacks: readonly [string, readonly Registration[]][] = [
    ["cert-manager", issued],
    ["an authority of its own", own],
];

/** What the broker consists of; the topology on it is the same everywhere. */
function brokerOf(registrations: readonly Registration[]): readonly Registration[] {
    return registrations.filter(({ name }) => name.startsWith("rabbitmq"));
}

function named(registrations: readonly Registration[], name: string): Registration {
    return found(
        registrations.find((each) => each.name === name),
        name,
    );
}

describe("a broker on Kubernetes", () => {
    it("with certificates of cert-manager is exactly these resources", () => {
        expect(
            brokerOf(issued)
                .map(({ type, name }) => `${type} ${name}`)
                .sort(),
        ).toEqual([
            "kubernetes:cert-manager.io/v1:Certificate rabbitmq-kubernetes-certificate",
            "kubernetes:core/v1:NamespacePatch rabbitmq-kubernetes-namespace",
            "kubernetes:core/v1:Secret rabbitmq-kubernetes-administrator",
            "kubernetes:networking.k8s.io/v1:NetworkPolicy rabbitmq-kubernetes-default-deny",
            "kubernetes:networking.k8s.io/v1:NetworkPolicy rabbitmq-kubernetes-network",
            "kubernetes:policy/v1:PodDisruptionBudget rabbitmq-kubernetes-budget",
            "kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster rabbitmq-kubernetes-cluster",
            "messaging:index:KubernetesBroker rabbitmq-kubernetes",
            "messaging:index:RabbitMqCluster rabbitmq",
            "pulumi:providers:rabbitmq rabbitmq-provider",
            "random:index/randomPassword:RandomPassword rabbitmq-kubernetes-admin-password",
        ]);
    });

    it("with an authority and an operator of its own has these in addition, and the certificate as a Secret", () => {
        const common = new Set(brokerOf(issued).map(({ type, name }) => `${type} ${name}`));
        const added = brokerOf(own)
            .map(({ type, name }) => `${type} ${name}`)
            .filter((each) => !common.has(each));
        expect(added.sort()).toEqual([
            "kubernetes:core/v1:Secret rabbitmq-kubernetes-certificate",
            "kubernetes:yaml/v2:ConfigFile rabbitmq-kubernetes-operator",
            "messaging:index:OwnAuthority rabbitmq-kubernetes-tls",
            "tls:index/certRequest:CertRequest rabbitmq-kubernetes-tls-request",
            "tls:index/locallySignedCert:LocallySignedCert rabbitmq-kubernetes-tls-certificate",
            "tls:index/privateKey:PrivateKey rabbitmq-kubernetes-tls-authority-key",
            "tls:index/privateKey:PrivateKey rabbitmq-kubernetes-tls-key",
            "tls:index/selfSignedCert:SelfSignedCert rabbitmq-kubernetes-tls-authority",
        ]);
        expect(named(own, "rabbitmq-kubernetes-operator").inputs).toEqual({
            file: "https://example.com/v2.22.3/cluster-operator.yml",
        });
    });

    it.each(stacks)(
        "with %s satisfies the schemas of Kubernetes and of the operators",
        (_, registrations) => {
            const manifests = brokerOf(registrations).filter(({ type }) => /^kubernetes:(?!yaml)/.test(type));
            const problems = manifests.map(({ type, name, inputs }) => [name, manifestProblem(type, inputs)]);
            expect(problems).toHaveLength(7);
            expect(problems.filter(([, problem]) => problem !== undefined)).toEqual([]);
        },
    );

    it.each(stacks)("with %s shows no password and no key to anybody", (_, registrations) => {
        const shown = registrations.filter(({ masked }) => JSON.stringify(masked).includes("pa55word"));
        expect(shown.map(({ name }) => name)).toEqual([]);
        const secrets = registrations.filter(({ type }) => type === "kubernetes:core/v1:Secret");
        expect(secrets.map(({ masked }) => masked["stringData"])).toEqual(secrets.map(() => mask));
    });

    it("has an administrator of our own, in the Secret and in the provider", () => {
        const password = passwordOf("rabbitmq-kubernetes-admin-password");
        expect(named(issued, "rabbitmq-kubernetes-administrator").inputs["stringData"]).toMatchObject({
            username: "spot-admin",
            password,
        });
        expect(named(issued, "rabbitmq-provider").inputs).toEqual({
            endpoint: "https://rabbitmq.spot-prod.svc:15671",
            username: "spot-admin",
            password,
        });
    });

    it("hands the provider the certificate of the stack's own authority, and the address that leads to the API", () => {
        const { inputs } = named(own, "rabbitmq-provider");
        expect(inputs["endpoint"]).toBe("https://localhost:15671");
        expect(inputs["cacertFile"]).toMatch(/\.pulumi-state\/authority-[0-9a-f]{16}\.pem$/);
    });

    it("puts key, certificate and authority where broker and services look for them", () => {
        const { inputs } = named(own, "rabbitmq-kubernetes-certificate");
        expect(inputs).toMatchObject({
            metadata: { name: "rabbitmq-own-tls", namespace: "spot-prod" },
            type: "kubernetes.io/tls",
            stringData: {
                "tls.key": passwordOf("rabbitmq-kubernetes-tls-key"),
                "tls.crt": "certificate of rabbitmq-kubernetes-tls-certificate",
                "ca.crt": "certificate of rabbitmq-kubernetes-tls-authority",
            },
        });
    });

    const before: readonly [string, string][] = [
        ["rabbitmq-kubernetes-namespace", "rabbitmq-kubernetes-administrator"],
        ["rabbitmq-kubernetes-namespace", "rabbitmq-kubernetes-default-deny"],
        ["rabbitmq-kubernetes-namespace", "rabbitmq-kubernetes-certificate"],
        ["rabbitmq-kubernetes-operator", "rabbitmq-kubernetes-cluster"],
        ["rabbitmq-kubernetes-administrator", "rabbitmq-kubernetes-cluster"],
        ["rabbitmq-kubernetes-certificate", "rabbitmq-kubernetes-cluster"],
        ["rabbitmq-kubernetes-network", "rabbitmq-kubernetes-cluster"],
        ["rabbitmq-kubernetes-budget", "rabbitmq-kubernetes-cluster"],
        ["rabbitmq-kubernetes-cluster", "rabbitmq-provider"],
        ["rabbitmq-provider", "spot-vhost-spot"],
    ];
    it.each(before)("has %s before %s", (earlier, later) => {
        expect(named(own, earlier).done).toBeLessThan(named(own, later).begun);
    });
});
