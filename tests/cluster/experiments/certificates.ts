import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { z } from "zod";
import { authorityFile } from "../../../src/services/runtime/runtime.ts";
import { brokerPods } from "../support/brokerNodes.ts";
import { experiment, type Note } from "../support/experiment.ts";
import { kubectl } from "../support/kubectl.ts";
import { isReady, type Pod, podsIn } from "../support/pods.ts";
import { changedValues, prodNamespace } from "../support/prodValues.ts";
import type { Site } from "../support/site.ts";
import { expectNothingLost } from "./rollouts.ts";

const group = "Certificates";

/**
 * Connects to the Service and to every node again and again, each time with a handshake that checks certificate and host name and with the
 * first frame of AMQP, until every host serves another certificate than at first. Prints what happened.
 */
const client = `
import json, socket, ssl, sys, time

hosts, authority, limit = sys.argv[1].split(","), sys.argv[2], float(sys.argv[3])
context = ssl.create_default_context(cafile=authority)
first, renewed, failures, connections = {}, {}, [], 0
begun = time.time()
while time.time() < begun + limit:
    for host in hosts:
        try:
            with socket.create_connection((host, 5671), timeout=10) as plain:
                with context.wrap_socket(plain, server_hostname=host) as connection:
                    serial = connection.getpeercert()["serialNumber"]
                    connection.sendall(b"AMQP\\x00\\x00\\x09\\x01")
                    if connection.recv(1) != b"\\x01":
                        raise OSError("no frame of AMQP")
            connections += 1
            first.setdefault(host, serial)
            if serial != first[host]:
                renewed.setdefault(host, time.time())
        except OSError as error:
            failures.append(f"{host} after {time.time() - begun:.0f} s: {error!r}")
    # A while longer: no node must fall back.
    if len(renewed) == len(hosts) and time.time() > max(renewed.values()) + 10:
        break
    time.sleep(0.2)
print(json.dumps({"connections": connections, "failures": failures, "renewed": renewed}))
`;

const observed = z.object({
    connections: z.number(),
    failures: z.array(z.string()),
    /** When each host served another certificate for the first time, in seconds since 1970. */
    renewed: z.record(z.string(), z.number()),
});

const limitSeconds = 600;

/** Runs the client in a pod of a service, which may connect to the broker. */
async function connectSteadily(site: Site, hosts: readonly string[]): Promise<z.infer<typeof observed>> {
    const pod = (await podsIn(site.cluster, prodNamespace)).find(
        (each) => each.metadata.labels["app.kubernetes.io/name"] === "notifier" && isReady(each),
    );
    const text = await kubectl(site.cluster, [
        ...["exec", "-n", prodNamespace, pod?.metadata.name ?? "", "-c", "service", "--"],
        ...["python3", "-c", client, hosts.join(","), authorityFile, String(limitSeconds)],
    ]);
    return observed.parse(JSON.parse(text));
}

async function certificateInSecret({ cluster }: Site): Promise<string> {
    return await kubectl(cluster, [
        ...["get", "secret", "-n", prodNamespace, "rabbitmq-tls", "-o", "jsonpath={.data.tls\\.crt}"],
    ]);
}

/** By the issuer, or by the program some months before the certificate expires. */
async function renew({ issuer, stack, values }: Site): Promise<void> {
    if (issuer === undefined) {
        stack.expireCertificates();
        await stack.up(values);
    } else {
        await issuer.renew();
    }
}

/** For a site with an issuer, and for one whose stack signs its own certificate. */
export function certificateExperiments(site: () => Site): void {
    experiment(
        group,
        "a renewed certificate of the broker is served without a restart and without a refused connection",
        async (note) => {
            const { traffic } = site();
            const nodes = await brokerPods(site());
            const hosts = [
                `rabbitmq.${prodNamespace}.svc`,
                ...nodes.map(({ metadata: { name } }) => `${name}.rabbitmq-nodes.${prodNamespace}.svc`),
            ];
            expect(hosts).toHaveLength(4);
            const outcome = await traffic.during(1, async () => {
                const connecting = connectSteadily(site(), hosts);
                await sleep(10_000);
                const before = await certificateInSecret(site());
                const begun = Date.now() / 1_000;
                await renew(site());
                const written = Date.now() / 1_000;
                expect(await certificateInSecret(site())).not.toBe(before);
                const { connections, failures, renewed } = await connecting;
                expect(failures).toEqual([]);
                expect(Object.keys(renewed).sort()).toEqual([...hosts].sort());
                const [earliest, latest] = [Math.min, Math.max].map((of) => of(...Object.values(renewed)));
                note(
                    `${connections} connections, ${failures.length} failed; nodes serve it ${Math.round((earliest ?? 0) - begun)} s to ${Math.round((latest ?? 0) - begun)} s after the renewal began, which took ${Math.round(written - begun)} s`,
                );
            });
            expectNothingLost(outcome, note);
            expect(startsOf(await brokerPods(site()))).toEqual(startsOf(nodes));
        },
    );
}

/** For a site with an issuer. Each experiment continues where the one before it ended. */
export function issuerExperiments(site: () => Site): void {
    experiment(
        group,
        "the stack changes from the issuer's certificate to one of its own in one run, and no confirmed e-mail is lost",
        async (note) => {
            await changeIssuer(site(), "own", note);
        },
    );

    experiment(
        group,
        "the stack changes from its own certificate to the issuer's in one run, and no confirmed e-mail is lost",
        async (note) => {
            const { values } = site();
            await changeIssuer(site(), values["tlsIssuer"], note);
        },
    );
}

async function changeIssuer(
    { cluster, stack, traffic, values }: Site,
    tlsIssuer: string | undefined,
    note: Note,
): Promise<void> {
    const outcome = await traffic.during(1, async () => {
        await sleep(5_000);
        const begun = performance.now();
        await stack.up(changedValues(values, { tlsIssuer }));
        note(`nodes and services use it after ${Math.round((performance.now() - begun) / 1_000)} s`);
        await sleep(10_000);
    });
    expectNothingLost(outcome, note);
    const pods = (await podsIn(cluster, prodNamespace)).filter(isReady);
    const nodes = pods.filter(({ metadata }) => metadata.labels["app.kubernetes.io/name"] === "rabbitmq");
    expect(nodes).toHaveLength(3);
}

/** Which pods there are, and how often their containers were started again. */
function startsOf(pods: readonly Pod[]): readonly string[] {
    return pods
        .map(({ metadata, status }) =>
            [metadata.uid, ...status.containerStatuses.map(({ restartCount }) => restartCount)].join(" "),
        )
        .sort();
}
