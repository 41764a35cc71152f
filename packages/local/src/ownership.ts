import type Docker from "dockerode";
import { LocalRunError } from "./localRunError.ts";
import type { Declared } from "./preflight.ts";

/** The stack of a local run. */
export interface LocalStack {
    readonly project: string;
    readonly stack: string;
}

const runLabel = "spot-messaging.run";

/** The label of every object that a local run creates, so that the next run or a removal finds it, even after a crash. */
export function ownerLabels({ project, stack }: LocalStack): Readonly<Record<string, string>> {
    return {
        "spot-messaging.project": project,
        "spot-messaging.stack": stack,
        [runLabel]: "local",
    };
}

/** The Docker list filter for all objects of a stack's local runs. */
export function ownedBy(stack: LocalStack): { readonly label: string[] } {
    return { label: Object.entries(ownerLabels(stack)).map(([label, value]) => `${label}=${value}`) };
}

interface Existing {
    readonly type: string;
    readonly noun: string;
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
}

/**
 * Refuses names of existing objects that no local run created: they probably belong to a stack of the real engine and must not be removed.
 * Docker checks names that the program computes when it creates the objects.
 * @throws LocalRunError with one sentence for each object
 */
export async function refuseUnownedObjects(
    docker: Docker,
    owner: LocalStack,
    declared: readonly Declared[],
): Promise<void> {
    const wanted = new Set(
        declared.map(({ type, plainInputs: { name } }) => `${type} ${typeof name === "string" ? name : ""}`),
    );
    const ours = Object.entries(ownerLabels(owner));
    const unowned = (await existingObjects(docker)).filter(
        ({ type, name, labels }) =>
            wanted.has(`${type} ${name}`) && !ours.every(([label, value]) => labels[label] === value),
    );
    if (unowned.length > 0) {
        throw new LocalRunError(unowned.map((object) => sentence(object, owner)));
    }
}

function sentence({ noun, name, labels }: Existing, { stack }: LocalStack): string {
    const otherRun = labels[runLabel] === "local";
    const wayOut = otherRun
        ? `belongs to the local run of stack "${labels["spot-messaging.stack"] ?? ""}"; npm stop removes it`
        : `was not created by a local run; pulumi destroy --stack ${stack} removes it`;
    return `${noun} "${name}" exists and ${wayOut}`;
}

async function existingObjects(docker: Docker): Promise<Existing[]> {
    const [containers, networks, volumes] = await Promise.all([
        docker.listContainers({ all: true }),
        docker.listNetworks(),
        docker.listVolumes(),
    ]);
    return [
        ...containers.flatMap(({ Names, Labels }) =>
            Names.map((name) => ({
                type: "docker:index/container:Container",
                noun: "container",
                name: name.replace(/^\//, ""),
                labels: Labels,
            })),
        ),
        ...networks.map(({ Name, Labels }) => ({
            type: "docker:index/network:Network",
            noun: "network",
            name: Name,
            labels: Labels ?? {},
        })),
        ...volumes.Volumes.map(({ Name, Labels }) => ({
            type: "docker:index/volume:Volume",
            noun: "volume",
            name: Name,
            labels: labelsOf(Labels),
        })),
    ];
}

// The API sends null for a volume without labels, although the type excludes it.
function labelsOf(labels: Record<string, string> | null): Record<string, string> {
    return labels ?? {};
}
