import type Docker from "dockerode";
import { LocalRunError } from "./localRunError.ts";
import type { Declared } from "./preflight.ts";

/** The stack whose local run is meant. */
export interface LocalStack {
    readonly project: string;
    readonly stack: string;
}

const runLabel = "spot-messaging.run";

/** On everything that a local run makes, so that the next run or a removal finds it, even after a crash. */
export function ownerLabels({ project, stack }: LocalStack): Readonly<Record<string, string>> {
    return {
        "spot-messaging.project": project,
        "spot-messaging.stack": stack,
        [runLabel]: "local",
    };
}

/** Docker's list filter for everything that a stack's local runs made. */
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
 * Refuses names that somebody else's objects have: those are not ours to remove, and most likely hold what the
 * real engine's stack needs. Names that the program computes are checked by Docker when they are created.
 * @throws LocalRunError with one sentence an object
 */
export async function refuseForeignObjects(
    docker: Docker,
    owner: LocalStack,
    declared: readonly Declared[],
): Promise<void> {
    const wanted = new Set(
        declared.map(({ type, plainInputs: { name } }) => `${type} ${typeof name === "string" ? name : ""}`),
    );
    const ours = Object.entries(ownerLabels(owner));
    const foreign = (await existingObjects(docker)).filter(
        ({ type, name, labels }) =>
            wanted.has(`${type} ${name}`) && !ours.every(([label, value]) => labels[label] === value),
    );
    if (foreign.length > 0) {
        throw new LocalRunError(foreign.map((object) => sentence(object, owner)));
    }
}

function sentence({ noun, name, labels }: Existing, { stack }: LocalStack): string {
    const otherRun = labels[runLabel] === "local";
    const wayOut = otherRun
        ? `belongs to the local run of stack "${labels["spot-messaging.stack"] ?? ""}"; npm stop removes that one`
        : `is not from a local run; pulumi destroy --stack ${stack} removes it`;
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

// The API sends null for a volume without labels, whatever the type says.
function labelsOf(labels: Record<string, string> | null): Record<string, string> {
    return labels ?? {};
}
