import type { NamedObject } from "@spot-messaging/pulumi/operators";
import { UserError } from "@spot-messaging/topology";
import type Docker from "dockerode";
import { z } from "zod";

const resource = z.looseObject({
    type: z.string(),
    id: z.string().optional(),
    inputs: z
        .looseObject({
            name: z.string().optional().catch(undefined),
            apiVersion: z.string().optional().catch(undefined),
            kind: z.string().optional().catch(undefined),
            metadata: z
                .looseObject({ name: z.string(), namespace: z.string().optional() })
                .optional()
                .catch(undefined),
        })
        .optional(),
});
const operation = z.looseObject({ type: z.string(), resource });
const exported = z.looseObject({
    deployment: z.looseObject({
        resources: z.array(resource).optional(),
        pending_operations: z.array(operation).optional(),
    }),
});

/** What a run of Pulumi that was killed left behind. */
export interface InterruptedUp {
    /** The names of the objects whose creation it had begun, by the type of resource. */
    readonly names: ReadonlyMap<string, readonly string[]>;
    /** The Kubernetes objects whose creation it had begun. */
    readonly kubernetesObjects: readonly NamedObject[];
    /** The ids of the objects that the state has. */
    readonly known: ReadonlySet<string>;
    /** The state without these creations, for `pulumi stack import`. */
    readonly state: string;
}

/**
 * What a killed run left in the state.
 * @param state as `pulumi stack export` writes it
 * @returns `undefined` if no run was killed while it created something
 */
export function interruptedUp(state: string): InterruptedUp | undefined {
    const content = exported.parse(JSON.parse(state));
    const { resources = [], pending_operations: pending = [] } = content.deployment;
    const isCreation = ({ type }: z.infer<typeof operation>): boolean => type === "creating";
    const creations = pending.filter(isCreation).map((each) => each.resource);
    if (creations.length === 0) {
        return undefined;
    }
    const deployment = {
        ...content.deployment,
        pending_operations: pending.filter((each) => !isCreation(each)),
    };
    return {
        names: new Map(
            [containerType, networkType].map((type) => [
                type,
                creations.flatMap((each) =>
                    each.type === type && each.inputs?.name !== undefined ? [each.inputs.name] : [],
                ),
            ]),
        ),
        kubernetesObjects: creations.flatMap(({ type, inputs: { apiVersion, kind, metadata } = {} }) =>
            type.startsWith("kubernetes:") &&
            apiVersion !== undefined &&
            kind !== undefined &&
            metadata !== undefined
                ? [{ apiVersion, kind, name: metadata.name, namespace: metadata.namespace }]
                : [],
        ),
        known: new Set(resources.flatMap(({ id }) => (id === undefined ? [] : [id]))),
        state: JSON.stringify({ ...content, deployment }),
    };
}

const containerType = "docker:index/container:Container";
const networkType = "docker:index/network:Network";

/**
 * Removes containers and networks that a killed run created and did not record: Docker refuses a second object of the same name. Volumes
 * stay, and Docker returns an existing one.
 * @throws UserError if a network is in use
 */
export async function removeUnrecorded(
    docker: Docker,
    { names, known }: InterruptedUp,
    report: (message: string) => void,
): Promise<void> {
    const [containers, networks] = await Promise.all([
        docker.listContainers({ all: true }),
        docker.listNetworks(),
    ]);
    for (const name of names.get(containerType) ?? []) {
        const found = containers.find(({ Names }) => Names.includes(`/${name}`));
        if (found !== undefined && !known.has(found.Id)) {
            report(`removing container "${name}" of an interrupted run`);
            await docker.getContainer(found.Id).remove({ force: true });
        }
    }
    for (const name of names.get(networkType) ?? []) {
        for (const { Id } of networks.filter(({ Name, Id }) => Name === name && !known.has(Id))) {
            report(`removing network "${name}" of an interrupted run`);
            await docker
                .getNetwork(Id)
                .remove()
                .catch((error: unknown) => {
                    throw new UserError(
                        `network "${name}" of an interrupted run cannot be removed (${error instanceof Error ? error.message : String(error)}); remove its containers, then run npm run up again`,
                    );
                });
        }
    }
}
