import { beforeAll, describe, expect, inject, it } from "vitest";
import type { RawConfig } from "../../src/config/configReader.ts";
import { connect } from "./support/apiClient.ts";
import { declaredObjects, everyChoice, storeAll } from "./support/declaredObjects.ts";
import { type KubernetesObject, nameOf } from "./support/object.ts";

// Not proved here: what operators and controllers make of the objects; none runs.

const client = connect(inject("apiServer"));

const environments: readonly [string, RawConfig][] = [
    ["prod-stack", {}],
    ["prod-otherwise", everyChoice],
];

const declared = new Map<string, readonly KubernetesObject[]>();
const stored = new Map<string, readonly KubernetesObject[]>();

function of(
    known: ReadonlyMap<string, readonly KubernetesObject[]>,
    namespace: string,
): readonly KubernetesObject[] {
    const objects = known.get(namespace);
    if (objects === undefined) {
        throw new Error(`nothing is known of ${namespace}`);
    }
    return objects;
}

/** Without the version of volume claims: the server stores a new claim a second time when it is applied again, although nothing differs. */
function comparable(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
    return objects.map((object) =>
        object.kind === "PersistentVolumeClaim"
            ? { ...object, metadata: { ...object.metadata, resourceVersion: "" } }
            : object,
    );
}

beforeAll(async () => {
    // Sequentially: the program reads its configuration from process-wide state.
    for (const [namespace, changes] of environments) {
        declared.set(namespace, await declaredObjects(namespace, changes));
    }
});

describe.each(environments)("the objects of %s", (namespace) => {
    it("are all stored by server-side apply, without unknown fields", async () => {
        const objects = of(declared, namespace);
        expect(objects.length).toBeGreaterThan(5);
        stored.set(namespace, comparable(await storeAll(client, objects)));
    });

    it("do not change when they are applied again", async () => {
        const again = await storeAll(client, of(declared, namespace));
        expect(comparable(again)).toEqual(of(stored, namespace));
    });
});

describe("two environments in one Kubernetes cluster", () => {
    it("have no object in common, not even one outside their namespaces", () => {
        const names = environments.flatMap(([namespace]) => of(declared, namespace).map(nameOf));
        expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
    });

    it("leave each other's objects as they are", async () => {
        for (const [namespace] of environments) {
            const now = await Promise.all(of(stored, namespace).map(client.read));
            expect(comparable(now)).toEqual(of(stored, namespace));
        }
    });

    it("have everything but the namespace itself inside it", () => {
        for (const [namespace] of environments) {
            const outside = of(declared, namespace).filter(
                ({ metadata }) => metadata.namespace !== namespace,
            );
            expect(outside.map(nameOf)).toEqual([`Namespace ${namespace}`]);
        }
    });
});
