import { Agent, request } from "node:https";
import { text } from "node:stream/consumers";
import type { KubernetesObject } from "./object.ts";

/** Where a test's API server listens, and how to reach it as its administrator. */
export interface ApiServer {
    readonly url: string;
    /** PEM. */
    readonly certificate: string;
    readonly token: string;
    /** One line of JSON for each request. */
    readonly auditLog: string;
}

/** What the server says to a request that it refuses. */
export class ApiError extends Error {
    readonly code: number;
    readonly reason: string;

    constructor(code: number, reason: string, message: string) {
        super(message);
        this.code = code;
        this.reason = reason;
    }
}

export interface ApiClient {
    /** The same server with another identity. */
    readonly as: (token: string) => ApiClient;
    /** A token of a service account, as its pods get one. */
    readonly tokenOf: (account: KubernetesObject) => Promise<string>;
    readonly get: (path: string) => Promise<unknown>;
    readonly read: (object: KubernetesObject) => Promise<KubernetesObject>;
    readonly create: (object: KubernetesObject, options?: Tried) => Promise<KubernetesObject>;
    /** Server-side apply that refuses unknown and double fields. */
    readonly apply: (object: KubernetesObject, options?: Tried) => Promise<KubernetesObject>;
    /** A patch by the rules that lists of this type merge by. */
    readonly merge: (object: KubernetesObject, patch: unknown, options?: Tried) => Promise<KubernetesObject>;
    /** Sets fields of the status, as a controller does. */
    readonly setStatus: (object: KubernetesObject, status: unknown) => Promise<KubernetesObject>;
    /** Sets fields of the metadata, as a controller does. */
    readonly patchMetadata: (object: KubernetesObject, metadata: unknown) => Promise<KubernetesObject>;
    readonly remove: (object: KubernetesObject) => Promise<void>;
    /** All objects of a kind, in every namespace. */
    readonly list: (apiVersion: string, kind: string) => Promise<readonly KubernetesObject[]>;
}

export interface Tried {
    /** Everything but the storing. */
    readonly dryRun?: boolean;
    /** Who owns the fields. @default - these tests */
    readonly manager?: string;
}

const fieldManager = "spot-messaging-test";

interface Discovered {
    readonly kind: string;
    readonly name: string;
    readonly namespaced: boolean;
}

/**
 * A client that sends objects as they are. The official one's serializer drops the fields that it does not know, which are the very ones that
 * strict validation is to refuse.
 */
export function connect(server: ApiServer, token = server.token): ApiClient {
    const agent = new Agent({ ca: server.certificate, keepAlive: true });
    const resources = new Map<string, readonly Discovered[]>();

    async function send(method: string, path: string, body?: unknown, type?: string): Promise<unknown> {
        const [code, answer] = await new Promise<[number, string]>((resolve, reject) => {
            const headers = {
                authorization: `Bearer ${token}`,
                accept: "application/json",
                ...(body !== undefined && { "content-type": type ?? "application/json" }),
            };
            request(new URL(path, server.url), { method, agent, headers }, (response) => {
                text(response).then((all) => {
                    resolve([response.statusCode ?? 0, all]);
                }, reject);
            })
                .once("error", reject)
                .end(body === undefined ? undefined : JSON.stringify(body));
        });
        const parsed: unknown = /^\s*\{/.test(answer) ? JSON.parse(answer) : answer;
        if (code < 200 || code > 299) {
            const { reason, message } = parsed as { reason?: string; message?: string }; // a Status, or a text
            throw new ApiError(code, reason ?? "", message ?? answer);
        }
        return parsed;
    }

    async function sendObject(...list: Parameters<typeof send>): Promise<KubernetesObject> {
        return (await send(...list)) as KubernetesObject; // these requests are answered by the object
    }

    async function discover(apiVersion: string, kind: string): Promise<Discovered> {
        const known = resources.get(apiVersion)?.find((each) => each.kind === kind);
        if (known !== undefined) {
            return known;
        }
        const answer = (await send("GET", groupPath(apiVersion))) as { resources: readonly Discovered[] }; // the documented shape
        const found = answer.resources.filter(({ name }) => !name.includes("/"));
        resources.set(apiVersion, found);
        const resource = found.find((each) => each.kind === kind);
        if (resource === undefined) {
            throw new ApiError(404, "NotFound", `no kind "${kind}" in version "${apiVersion}"`);
        }
        return resource;
    }

    async function collectionOf({ apiVersion, kind, metadata }: KubernetesObject): Promise<string> {
        const { name, namespaced } = await discover(apiVersion, kind);
        return `${groupPath(apiVersion)}${namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : ""}/${name}`;
    }

    async function pathOf(object: KubernetesObject): Promise<string> {
        return `${await collectionOf(object)}/${object.metadata.name}`;
    }

    return {
        as: (other) => connect(server, other),
        get: (path) => send("GET", path),
        tokenOf: async (account) => {
            const answer = await send("POST", `${await pathOf(account)}/token`, {
                apiVersion: "authentication.k8s.io/v1",
                kind: "TokenRequest",
                spec: {},
            });
            return (answer as { status: { token: string } }).status.token; // the documented shape
        },
        read: async (object) => await sendObject("GET", await pathOf(object)),
        create: async (object, options) =>
            await sendObject("POST", (await collectionOf(object)) + query(options), object),
        apply: async (object, options) =>
            await sendObject(
                "PATCH",
                (await pathOf(object)) + query(options),
                object,
                "application/apply-patch+yaml",
            ),
        merge: async (object, patch, options) =>
            await sendObject(
                "PATCH",
                (await pathOf(object)) + query(options),
                patch,
                "application/strategic-merge-patch+json",
            ),
        setStatus: async (object, status) =>
            await sendObject(
                "PATCH",
                `${await pathOf(object)}/status`,
                { status },
                "application/merge-patch+json",
            ),
        patchMetadata: async (object, metadata) =>
            await sendObject("PATCH", await pathOf(object), { metadata }, "application/merge-patch+json"),
        remove: async (object) => {
            await send("DELETE", await pathOf(object));
        },
        list: async (apiVersion, kind) => {
            const { name } = await discover(apiVersion, kind);
            const answer = await send("GET", `${groupPath(apiVersion)}/${name}`);
            const { items } = answer as { items: readonly Omit<KubernetesObject, "apiVersion" | "kind">[] }; // the documented shape
            return items.map((item) => ({ ...item, apiVersion, kind }) as KubernetesObject); // lists leave these two out
        },
    };
}

function groupPath(apiVersion: string): string {
    return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function query({ dryRun = false, manager = fieldManager }: Tried = {}): string {
    return `?fieldManager=${manager}&fieldValidation=Strict${dryRun ? "&dryRun=All" : ""}`;
}
