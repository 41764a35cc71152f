import { z } from "zod";

const text = z.string().catch("");
const metadata = z.object({
    name: z.string(),
    labels: z.record(z.string(), z.string()).catch({}),
    deletionTimestamp: z.string().optional(),
    deletionGracePeriodSeconds: z.number().optional(),
});
const condition = z.object({ type: z.string(), status: z.string(), reason: text, message: text });
const conditions = z.array(condition).catch([]);

const ended = z.object({ exitCode: z.number(), reason: text, message: text });
const containerState = z
    .object({
        waiting: z.object({ reason: text, message: text }).optional(),
        running: z.object({}).optional(),
        terminated: ended.optional(),
    })
    .catch({});
const container = z.object({
    name: z.string(),
    image: text,
    ready: z.boolean(),
    restartCount: z.number().catch(0),
    state: containerState,
    lastState: containerState,
});
const specifiedContainer = z.object({
    name: z.string(),
    image: text,
    resources: z.object({ limits: z.record(z.string(), z.string()).catch({}) }).catch({ limits: {} }),
});

const pod = z.object({
    metadata,
    spec: z
        .object({ nodeName: z.string().optional(), containers: z.array(specifiedContainer) })
        .catch({ containers: [] }),
    status: z.object({
        phase: text,
        reason: text,
        message: text,
        conditions,
        initContainerStatuses: z.array(container).catch([]),
        containerStatuses: z.array(container).catch([]),
    }),
});

const event = z
    .object({
        type: text,
        reason: text,
        message: text,
        involvedObject: z.object({ kind: text, name: text }),
        lastTimestamp: z.string().nullish(),
        eventTime: z.string().nullish(),
        series: z.object({ lastObservedTime: z.string().optional() }).nullish(),
        metadata: z.object({ creationTimestamp: text }),
    })
    .transform(({ lastTimestamp, eventTime, series, metadata: { creationTimestamp }, ...rest }) => ({
        ...rest,
        /** In milliseconds since 1970. */
        time: Date.parse(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? creationTimestamp),
    }));

const claim = z.object({
    metadata,
    spec: z.object({ storageClassName: z.string().optional() }),
    status: z.object({ phase: text }).catch({ phase: "" }),
});

/** An object with only the fields that operators and controllers set to report. */
const conditioned = z.object({
    metadata,
    status: z.object({ conditions, phase: text, phaseReason: text }).optional(),
});

const ingress = z.object({
    metadata,
    spec: z.object({ ingressClassName: text }),
    status: z
        .object({ loadBalancer: z.object({ ingress: z.array(z.unknown()).catch([]) }) })
        .catch({ loadBalancer: { ingress: [] } }),
});

export type Pod = z.infer<typeof pod>;
export type ContainerStatus = z.infer<typeof container>;
export type Event = z.infer<typeof event>;
export type Claim = z.infer<typeof claim>;
export type Conditioned = z.infer<typeof conditioned>;
export type Ingress = z.infer<typeof ingress>;

/** The objects of a namespace from which the causes of a failure are derived. A list that may not be read is empty. */
export interface NamespaceObjects {
    readonly pods: readonly Pod[];
    readonly events: readonly Event[];
    readonly claims: readonly Claim[];
    readonly jobs: readonly Conditioned[];
    readonly deployments: readonly Conditioned[];
    readonly ingresses: readonly Ingress[];
    readonly brokers: readonly Conditioned[];
    readonly databases: readonly Conditioned[];
    readonly scaledObjects: readonly Conditioned[];
    readonly certificates: readonly Conditioned[];
}

/** The lists of the API server, by the path below the namespace; missing lists are empty. */
export function parseNamespace(lists: Readonly<Record<keyof NamespaceObjects, unknown>>): NamespaceObjects {
    return {
        pods: itemsOf(pod, lists.pods),
        events: itemsOf(event, lists.events),
        claims: itemsOf(claim, lists.claims),
        jobs: itemsOf(conditioned, lists.jobs),
        deployments: itemsOf(conditioned, lists.deployments),
        ingresses: itemsOf(ingress, lists.ingresses),
        brokers: itemsOf(conditioned, lists.brokers),
        databases: itemsOf(conditioned, lists.databases),
        scaledObjects: itemsOf(conditioned, lists.scaledObjects),
        certificates: itemsOf(conditioned, lists.certificates),
    };
}

/** Objects in a form that no version has are left out: an explanation must not fail. */
function itemsOf<T>(schema: z.ZodType<T>, list: unknown): readonly T[] {
    const items = z.object({ items: z.array(z.unknown()) }).safeParse(list).data?.items ?? [];
    return items.flatMap((item) => {
        const { data } = schema.safeParse(item);
        return data === undefined ? [] : [data];
    });
}
