import { describe, expect, it } from "vitest";
import type { RawConfig } from "../../../src/config/configReader.ts";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import { neededKinds } from "../../../src/services/kubernetes/neededKinds.ts";
import { buildTopology } from "../../../src/topology/index.ts";
import { devConfig, externalDatabase, kubernetesConfig } from "../environments.ts";
import { recordProgram } from "./recorder.ts";

/** The API groups that every Kubernetes cluster has: without a dot, or under k8s.io. Groups of other software never match. */
const builtIn = /^kubernetes:(?:[^:.]+|[^:]+\.k8s\.io)\/[^:]+:/u;

const minimal: RawConfig = {
    ...externalDatabase,
    operatorManifest: "https://example.com/v2.22.3/cluster-operator.yml",
    tlsIssuer: "own",
    monitoringNamespace: "",
    autoscaling: "false",
    serviceReplicas: '["gateway=2"]',
};

describe("neededKinds", () => {
    it.each<[string, RawConfig, number]>([
        ["everything on Kubernetes", kubernetesConfig, 8],
        ["an authority of its own", { ...kubernetesConfig, tlsIssuer: "own" }, 7],
        ["one number of replicas each", { ...kubernetesConfig, serviceReplicas: '["gateway=2"]' }, 6],
        ["no monitoring", { ...kubernetesConfig, monitoringNamespace: "" }, 5],
        ["a database of others", { ...kubernetesConfig, ...externalDatabase }, 7],
        ["nothing of others", { ...kubernetesConfig, ...minimal }, 0],
        ["containers on this machine", devConfig, 0],
    ])("are what the program declares and does not bring along, with %s", async (_, config, count) => {
        const environment = parseEnvironment("prod", config);
        const registrations = await recordProgram("prod", config);
        const declared = registrations
            .map(({ type }) => type)
            .filter((type) => type.startsWith("kubernetes:") && !builtIn.test(type))
            .filter((type) => !(config["operatorManifest"] && type.includes("rabbitmq.com/")));
        const needed = neededKinds(environment, buildTopology(environment));
        expect(needed).toHaveLength(count);
        expect(needed.map(({ apiVersion, kind }) => `kubernetes:${apiVersion}:${kind}`).sort()).toEqual(
            [...new Set(declared)].sort(),
        );
    });
});
