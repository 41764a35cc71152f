import { expect, it } from "vitest";
import { replaceImages } from "../../cluster/support/imageReferences.ts";
import type { KubernetesObject } from "../../kube/support/object.ts";

const images = { "ghcr.io/kedacore/keda": "own:1", "ghcr.io/kedacore/keda-adapter": "own:2" };
const published = { image: "ghcr.io/kedacore/keda:main", imagePullPolicy: "Always" };
const adapter = { image: "ghcr.io/kedacore/keda-adapter:2.21.0" };
const own = { image: "own:1", imagePullPolicy: "IfNotPresent" };

function deployment(pod: Readonly<Record<string, unknown>>): KubernetesObject {
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "keda" },
        spec: { template: { spec: pod } },
    };
}

it.each([
    ["containers", { containers: [published, adapter] }, { containers: [own, { ...own, image: "own:2" }] }],
    [
        "containers that run first",
        { initContainers: [published], containers: [adapter] },
        { initContainers: [own], containers: [{ ...own, image: "own:2" }] },
    ],
    [
        "values of flags",
        { containers: [published, { args: ["--image=ghcr.io/kedacore/keda-adapter:2.21.0", "--port=1"] }] },
        { containers: [own, { args: ["--image=own:2", "--port=1"] }] },
    ],
    [
        "values of variables",
        { containers: [published, { env: [{ name: "IMAGE", value: adapter.image }] }] },
        { containers: [own, { env: [{ name: "IMAGE", value: "own:2" }] }] },
    ],
    [
        "images with a digest after the tag",
        { containers: [{ image: "ghcr.io/kedacore/keda:2.21.0@sha256:0123" }, adapter] },
        { containers: [own, { ...own, image: "own:2" }] },
    ],
    [
        "no other image",
        { containers: [published, adapter, { image: "example.com/ghcr.io/kedacore/keda:main" }] },
        {
            containers: [
                own,
                { ...own, image: "own:2" },
                { image: "example.com/ghcr.io/kedacore/keda:main" },
            ],
        },
    ],
    [
        "no text that mentions one",
        { containers: [published, adapter], note: "set --image=ghcr.io/kedacore/keda:main to change it" },
        {
            containers: [own, { ...own, image: "own:2" }],
            note: "set --image=ghcr.io/kedacore/keda:main to change it",
        },
    ],
])("replaces %s", (_, pod, expected) => {
    expect(replaceImages([deployment(pod)], images)).toEqual([deployment(expected)]);
});

it("keeps definitions of custom resources and their default images", () => {
    const definition: KubernetesObject = {
        ...deployment({ default: published.image }),
        kind: "CustomResourceDefinition",
    };
    const [first] = replaceImages([definition, deployment({ containers: [published, adapter] })], images);
    expect(first).toBe(definition);
});

it("names the images that no object has", () => {
    expect(() => replaceImages([deployment({ containers: [published] })], images)).toThrow(
        "no object names the image ghcr.io/kedacore/keda-adapter",
    );
});
