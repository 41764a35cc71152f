import { UserError } from "@spot-messaging/topology";
import type { NeededKind } from "../kubernetesKind.ts";
import type { KubernetesAccess } from "../server/kubernetesAccess.ts";
import { type KubernetesReader, kubernetesReader } from "../server/kubernetesReader.ts";
import { KubernetesUnusable } from "../server/kubernetesUnusable.ts";
import { kindProblems } from "./kindProblems.ts";
import type { KubernetesNeeds, NeededRights } from "./kubernetesNeeds.ts";
import { namespaceProblems } from "./namespaceProblems.ts";
import { objectProblems } from "./objectProblems.ts";
import { rightProblems } from "./rightProblems.ts";
import { versionProblems } from "./versionProblems.ts";

/** All that a Kubernetes cluster lacks for a stack. */
export class KubernetesUnfit extends UserError {
    override readonly name = "KubernetesUnfit";
    readonly problems: readonly string[];

    constructor(server: string, problems: readonly string[]) {
        super(
            `Kubernetes at ${server} cannot run this stack:\n${problems.map((each) => `- ${each}`).join("\n")}`,
        );
        this.problems = problems;
    }
}

/**
 * Checks that a Kubernetes cluster has what a stack needs, before anything is created: the engine's provider would fail only at the first
 * object, or wait for minutes. It reads what every authenticated user can read, and the namespace and classes if this identity may read them.
 * It stores nothing.
 * @param unusable gets the reason if the API server cannot be used. @default - it is thrown
 * @throws KubernetesUnfit that lists every problem, KubernetesUnusable
 */
export async function requireKubernetes(
    access: KubernetesAccess,
    needs: KubernetesNeeds,
    unusable: (reason: KubernetesUnusable) => void = raise,
): Promise<void> {
    const { version, namespace, kinds = [], objects = [], rights } = needs;
    if (version === undefined && namespace === undefined && kinds.length + objects.length === 0) {
        return;
    }
    let server: string;
    let problems: readonly string[];
    try {
        const reader = kubernetesReader(access);
        server = reader.url;
        const found = await Promise.all([
            version === undefined ? [] : versionProblems(reader, version),
            namespace === undefined ? [] : namespaceAndRightProblems(reader, namespace, rights),
            kindProblems(reader, kinds),
            objectProblems(reader, objects, namespace),
        ]);
        problems = found.flat();
    } catch (error) {
        if (!(error instanceof KubernetesUnusable)) {
            throw error;
        }
        unusable(error);
        return;
    }
    if (problems.length > 0) {
        throw new KubernetesUnfit(server, problems);
    }
}

/** A namespace that is being deleted loses its roles, too, so that the identity's rights are not checked then. */
async function namespaceAndRightProblems(
    reader: KubernetesReader,
    namespace: string,
    rights: NeededRights | undefined,
): Promise<readonly string[]> {
    const problems = await namespaceProblems(reader, namespace);
    return problems.length > 0 || rights === undefined
        ? problems
        : await rightProblems(reader, namespace, rights);
}

/**
 * Checks that kinds are installed. If the API server does not answer, it reports nothing.
 * @throws KubernetesUnfit
 * @see requireKubernetes
 */
export async function requireKinds(access: KubernetesAccess, kinds: readonly NeededKind[]): Promise<void> {
    await requireKubernetes(access, { kinds }, () => undefined);
}

function raise(reason: KubernetesUnusable): never {
    throw reason;
}
