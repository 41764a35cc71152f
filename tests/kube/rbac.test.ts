import { requireKubernetes } from "@spot-messaging/pulumi/operators";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { type ApiClient, ApiError, connect } from "./support/apiClient.ts";
import { requestsOf, usedRights } from "./support/auditLog.ts";
import { declaredObjects, everyChoice, storeAll } from "./support/declaredObjects.ts";
import { kubeconfig } from "./support/kubeconfig.ts";
import type { KubernetesObject } from "./support/object.ts";
import { deployer, deployerUser, grantedObjects, rightsOf } from "./support/rights.ts";

// Not proved here: what the engine's provider asks for while it waits. tests/engine reads that from the audit log of a real run.

const server = inject("apiServer");
const administrator = connect(server);
const namespace = "spot-prod";

let identity: ApiClient;
let objects: readonly KubernetesObject[];

beforeAll(async () => {
    await storeAll(administrator, grantedObjects);
    identity = administrator.as(await administrator.tokenOf(deployer));
    const prod = await declaredObjects(namespace, { dataStorageClass: "shared" });
    const others = (await declaredObjects(namespace, everyChoice)).filter(
        ({ kind }) => !prod.some((object) => object.kind === kind),
    );
    objects = [...prod, ...others];
});

/** The administrator created it; the identity that removes the stack does not delete it. */
function isNamespace({ kind }: KubernetesObject): boolean {
    return kind === "Namespace";
}

/** The claim holds the state of an earlier release. */
function stays(object: KubernetesObject): boolean {
    return isNamespace(object) || object.kind === "PersistentVolumeClaim";
}

/** The server's response to a request, in short. */
async function answer(request: Promise<unknown>): Promise<string> {
    return await request.then(
        () => "allowed",
        (error: unknown) => {
            if (error instanceof ApiError) {
                return `${error.code} ${error.reason}`;
            }
            throw error;
        },
    );
}

describe("the deploying identity", () => {
    it("may look at, create and change every object of the stack, and delete all but the namespace and the claim", async () => {
        for (const object of objects) {
            await (isNamespace(object) ? identity.apply(object) : identity.create(object));
            const stored = await identity.read(object);
            const changed = await identity.apply({
                ...object,
                metadata: { ...object.metadata, annotations: { "example.com/changed": "true" } },
            });
            expect(changed.metadata["uid"]).toBe(stored.metadata["uid"]);
            expect(changed.metadata.resourceVersion).not.toBe(stored.metadata.resourceVersion);
        }
        for (const object of objects.filter((each) => !stays(each)).reverse()) {
            await identity.remove(object);
        }
    });

    it("may not delete the claim of an earlier release", async () => {
        const claims = objects.filter(({ kind }) => kind === "PersistentVolumeClaim");
        expect(claims).toHaveLength(1);
        for (const claim of claims) {
            expect(await answer(identity.remove(claim))).toBe("403 Forbidden");
        }
    });

    it("may list the classes and issuers that a stack file can name", async () => {
        const kinds = ["StorageClass", "IngressClass", "ClusterIssuer", "Issuer"] as const;
        const objects = kinds.map((kind) => ({ kind, name: "unknown", setting: "setting" }));
        const config = kubeconfig(server, await administrator.tokenOf(deployer));
        const check = requireKubernetes({ kubeconfig: config }, { namespace, objects });
        await expect(check).rejects.toThrow(
            /storage class "unknown"[^\n]+\n- ingress class "unknown"[^\n]+\n- ClusterIssuer "unknown"[^\n]+\n- Issuer "unknown"/,
        );
    });

    it("has no right for it that this does not take", async () => {
        // The engine lists and watches the other kinds while it waits.
        const granted = rightsOf(grantedObjects).filter(
            (each) => !/^(list|watch) /.test(each) || /^list .*(classes|issuers)$/.test(each),
        );
        // The log is written a moment after the answer.
        await expect.poll(() => usedRights(requestsOf(server.auditLog, deployerUser))).toEqual(granted);
    });

    const inside = (apiVersion: string, kind: string, name: string): KubernetesObject => ({
        apiVersion,
        kind,
        metadata: { name, namespace },
    });
    const elsewhere = (object: KubernetesObject): KubernetesObject => ({
        ...object,
        metadata: { name: object.metadata.name, namespace: "default" },
    });
    const secret = inside("v1", "Secret", "rabbitmq-administrator");
    const role = {
        ...inside("rbac.authorization.k8s.io/v1", "Role", "spot-messaging"),
        rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }],
    };
    const pod = {
        ...inside("v1", "Pod", "shell"),
        spec: { containers: [{ name: "shell", image: "example.com/shell:1" }] },
    };
    const bound = {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: "spot-messaging-namespace" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
        subjects: [{ kind: "ServiceAccount", ...deployer.metadata }],
    };

    it.each<[string, () => Promise<unknown>]>([
        ["read a Secret elsewhere", () => identity.read(elsewhere(secret))],
        ["read all Secrets", () => identity.list("v1", "Secret")],
        ["put a Deployment elsewhere", () => identity.apply(elsewhere(inside("apps/v1", "Deployment", "x")))],
        [
            "make a namespace",
            () => identity.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "x" } }),
        ],
        [
            "delete its namespace",
            () => identity.remove({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }),
        ],
        [
            "change another namespace",
            () => identity.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } }),
        ],
        ["list namespaces", () => identity.list("v1", "Namespace")],
        ["run a pod of its own", () => identity.create(pod)],
        [
            "run a command in a pod",
            () => identity.get(`/api/v1/namespaces/${namespace}/pods/x/exec?command=sh&stdout=true`),
        ],
        ["read a pod's log", () => identity.get(`/api/v1/namespaces/${namespace}/pods/x/log`)],
        ["take a service account's token", () => identity.tokenOf(inside("v1", "ServiceAccount", "default"))],
        ["extend its own role", () => identity.apply(role)],
        ["bind itself to another role", () => identity.apply(bound)],
        [
            "teach the cluster a kind",
            () => identity.list("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
        ],
        ["look at hosts", () => identity.list("v1", "Node")],
        [
            "scale past what is declared",
            () => identity.get(`/apis/apps/v1/namespaces/${namespace}/deployments/x/scale`),
        ],
        [
            "pretend that the broker is ready",
            () => identity.setStatus(inside("rabbitmq.com/v1beta1", "RabbitmqCluster", "rabbitmq"), {}),
        ],
    ])("may not %s", async (_, request) => {
        expect(await answer(request())).toBe("403 Forbidden");
    });
});
