import {
    ApiException,
    type KubernetesObject,
    KubernetesObjectApi,
    PatchStrategy,
} from "@kubernetes/client-node";
import { type KubernetesAccess, selectCluster } from "./kubernetesAccess.ts";
import { KubernetesUnusable } from "./kubernetesUnusable.ts";

/** An object of a Kubernetes cluster. */
export interface NamedObject {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    /** @default - the object has no namespace */
    readonly namespace?: string | undefined;
}

/** The provider uses another name with this prefix for each resource. */
const ofProvider = /^pulumi-kubernetes/;

const attempts = 5;

/**
 * Ends the provider's ownership of fields of existing objects. A killed run does not record the name under which it owns fields; while that
 * name owns them, later runs cannot change them (`server-side apply field conflict`).
 * @throws KubernetesUnusable if the API server cannot be used, or refuses the change
 */
export async function releaseFields(
    access: KubernetesAccess,
    objects: readonly NamedObject[],
): Promise<void> {
    const { config, url } = selectCluster(access);
    const api = KubernetesObjectApi.makeApiClient(config);
    for (const object of objects) {
        try {
            await release(api, object);
        } catch (error) {
            throw new KubernetesUnusable(
                `Kubernetes at ${url}: the fields of ${object.kind} "${object.name}" cannot be released (${reasonOf(error)}); check the address and the rights of this identity, and try again`,
            );
        }
    }
}

async function release(
    api: KubernetesObjectApi,
    { apiVersion, kind, name, namespace }: NamedObject,
): Promise<void> {
    const header = { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } };
    for (let attempt = 1; ; attempt += 1) {
        const { metadata } = (await unlessRefused(404, api.read<KubernetesObject>(header))) ?? {};
        const managers = metadata?.managedFields ?? [];
        const others = managers.filter(({ manager = "" }) => !ofProvider.test(manager));
        if (metadata === undefined || others.length === managers.length) {
            return;
        }
        // One empty entry removes all. The server refuses the patch if a controller has changed the object in the meantime, by its version.
        const managedFields = others.length === 0 ? [{}] : others;
        const patch = api.patch<KubernetesObject>(
            { ...header, metadata: Object.assign(metadata, { managedFields }) },
            ...[undefined, undefined, undefined, undefined],
            PatchStrategy.MergePatch,
        );
        const isLast = attempt === attempts;
        if ((isLast ? await patch : await unlessRefused(409, patch)) !== undefined) {
            return;
        }
    }
}

/** The answer; `undefined` if the server refuses with this status. */
async function unlessRefused<Answer>(code: number, answer: Promise<Answer>): Promise<Answer | undefined> {
    try {
        return await answer;
    } catch (error) {
        if (error instanceof ApiException && error.code === code) {
            return undefined;
        }
        throw error;
    }
}

function reasonOf(error: unknown): string {
    if (error instanceof ApiException) {
        return `status ${error.code}`;
    }
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    return reason;
}
