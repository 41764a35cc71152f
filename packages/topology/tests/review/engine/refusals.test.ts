import { describe, expect, it } from "vitest";
import { parseQuantity } from "../../../src/review/engine/quantity.ts";
import { refusals } from "../../../src/review/engine/refusals.ts";
import type { Operation, Properties } from "../../../src/review/engine/step.ts";

const types = {
    claim: "kubernetes:core/v1:PersistentVolumeClaim",
    set: "kubernetes:apps/v1:StatefulSet",
    cluster: "kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster",
    provider: "pulumi:providers:rabbitmq",
};

function refused(type: string, before: Properties, after: Properties, operation: Operation = "update") {
    const urn = `urn:pulumi:dev::p::${type}::x`;
    const step = {
        operation,
        urn,
        stack: "dev",
        type,
        name: "x",
        before,
        after,
        paths: [],
        hasDrifted: false,
    };
    return refusals([step]).map(({ text }) => text.slice(0, text.search(/[:,.] /u)));
}

const claim = (storage: unknown, storageClassName?: string) => ({
    spec: { storageClassName, resources: { requests: { storage } } },
});
const cluster = (replicas: number, persistence: object = {}) => ({ spec: { replicas, persistence } });
const set = (replicas: number, image: string, volumeClaimTemplates: readonly object[] = []) => ({
    spec: { replicas, volumeClaimTemplates, template: { spec: { containers: [{ image }] } } },
});
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("an update that a preview accepts", () => {
    it.each([
        ["claim", claim("50Gi"), claim("20Gi"), ["its volume gets smaller (50Gi -> 20Gi)"]],
        ["claim", claim("1Gi"), claim("1000M"), ["its volume gets smaller (1Gi -> 1000M)"]],
        ["claim", claim("1Gi"), claim("1024Mi"), []],
        ["claim", claim("50Gi"), claim("60Gi"), []],
        ["claim", claim("50Gi"), claim(unknown), []],
        ["claim", claim("1Gi", "a"), claim("1Gi", "b"), ["its storage class changes (a -> b)"]],
        ["claim", claim("1Gi"), claim("1Gi", "b"), []],
        [
            "set",
            set(3, "rabbitmq:4", [{ a: 1 }]),
            set(3, "rabbitmq:4", [{ a: 2 }]),
            ["its volumeClaimTemplates change"],
        ],
        ["set", set(3, "rabbitmq:4"), set(1, "rabbitmq:4"), ["its nodes become fewer (3 -> 1)"]],
        ["set", set(3, "rabbitmq:4"), set(2, "rabbitmq:4"), []],
        ["set", set(3, "postgres"), set(1, "postgres"), []],
        [
            "cluster",
            cluster(3, { storage: "50Gi" }),
            cluster(3, { storage: "20Gi" }),
            ["its volumes get smaller (50Gi -> 20Gi)"],
        ],
        [
            "cluster",
            cluster(3, { storageClassName: "a" }),
            cluster(3, { storageClassName: "b" }),
            ["its storage class changes (a -> b)"],
        ],
        ["cluster", cluster(3), cluster(1), ["its nodes become fewer (3 -> 1)"]],
        ["cluster", cluster(3), cluster(0), []],
        ["cluster", cluster(1), cluster(3), []],
        [
            "provider",
            { endpoint: "http://a" },
            { endpoint: "http://b" },
            ["its endpoint changes (http://a -> http://b)"],
        ],
        ["provider", { endpoint: "http://a" }, { endpoint: unknown }, []],
        ["provider", { endpoint: "http://a", insecure: true }, { endpoint: "http://a" }, []],
    ] as const)("is named if it will be refused or has no effect: %s %#", (type, before, after, texts) => {
        expect(refused(types[type], before, after)).toEqual(texts);
    });

    it("is not named if the resource is replaced", () => {
        expect(refused(types.claim, claim("50Gi"), claim("20Gi"), "replace")).toEqual([]);
    });

    it.each([
        ["50Gi", 50 * 2 ** 30],
        ["0.5T", 5e11],
        ["1e3", 1000],
        ["128974848000m", 128_974_848],
        [1000, 1000],
        ["0", 0],
        ["fifty", undefined],
        ["5GiB", undefined],
        [undefined, undefined],
    ])("has the quantity %s as a number", (text, number) => {
        expect(parseQuantity(text)).toBe(number);
    });
});
