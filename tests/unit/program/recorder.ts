import { setTimeout as passed } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { vi } from "vitest";
import { projectName } from "../../../src/cli/project.ts";
import type { RawConfig } from "../../../src/config/configReader.ts";

/** A resource that a program registered. */
export interface Registration {
    readonly type: string;
    readonly name: string;
    /** Secrets in clear. */
    readonly inputs: Readonly<Record<string, unknown>>;
    /** Secrets masked. */
    readonly masked: Readonly<Record<string, unknown>>;
    readonly provider: string;
    /** When its dependencies were known, and when it was made itself: places in one sequence. */
    readonly begun: number;
    readonly done: number;
}

export const mask = "[secret]";

/** What a provider adds to a resource's inputs. */
export type Answer = (
    resource: pulumi.runtime.MockResourceArgs,
) => Readonly<Record<string, unknown>> | undefined;

/** The text of a generated password; the mark tells it from everything else. */
export function passwordOf(name: string): string {
    return `pa55word-of-${name}`;
}

const standardAnswer: Answer = ({ type, name, inputs }) => {
    switch (type) {
        case "random:index/randomPassword:RandomPassword":
            // The real provider's schema marks the result as secret.
            return { result: pulumi.secret(passwordOf(name)) };
        case "tls:index/privateKey:PrivateKey":
            return { privateKeyPem: pulumi.secret(passwordOf(name)) };
        case "tls:index/selfSignedCert:SelfSignedCert":
        case "tls:index/locallySignedCert:LocallySignedCert":
            return { certPem: `certificate of ${name}` };
        case "tls:index/certRequest:CertRequest":
            return { certRequestPem: `request of ${name}` };
        case "docker:index/remoteImage:RemoteImage":
            return { imageId: `sha256:${String((inputs as { name: unknown }).name)}` }; // a required input
        default:
            return undefined;
    }
};

/**
 * Registers what `body` registers, and waits for all of it.
 * @param registrations gets them one by one, and has those that came before an error, too
 */
export async function record(
    stack: string,
    body: () => Promise<void>,
    answer: Answer = () => undefined,
    registrations: Registration[] = [],
): Promise<readonly Registration[]> {
    let clock = 0;
    await pulumi.runtime.setMocks(
        {
            newResource: async (resource) => {
                const begun = clock++;
                // Wait, so that resources without a dependency on this one are registered before it is done.
                await passed(resource.type.startsWith("docker:index/container:") ? 40 : 2);
                const inputs = resource.inputs as Record<string, unknown>; // a resource's inputs are an object
                registrations.push({
                    type: resource.type,
                    name: resource.name,
                    inputs: reveal(inputs, false) as Record<string, unknown>, // revealing keeps the shape
                    masked: reveal(inputs, true) as Record<string, unknown>, // masking keeps it, too
                    provider: resource.provider ?? "",
                    begun,
                    done: clock++,
                });
                return {
                    id: resource.custom === false ? "" : `${resource.name}-id`,
                    state: { ...inputs, ...standardAnswer(resource), ...answer(resource) },
                };
            },
            call: ({ token }) => {
                throw new Error(`the program calls the provider function "${token}", which no test expects`);
            },
        },
        projectName,
        stack,
        false,
    );
    try {
        await body();
    } finally {
        // Awaiting single outputs is not enough: without this most registrations come after the test's end.
        await pulumi.runtime.disconnect();
    }
    return registrations;
}

/** Runs the whole program with a stack's values, as the engine would hand them over. */
export async function recordProgram(
    stack: string,
    config: RawConfig,
    answer?: Answer,
    registrations?: Registration[],
): Promise<readonly Registration[]> {
    return await record(
        stack,
        async () => {
            await runProgram(config);
        },
        answer,
        registrations,
    );
}

async function runProgram(config: RawConfig): Promise<void> {
    const values = Object.entries(config).map(([key, value]) => [`${projectName}:${key}`, value]);
    const secretKeys = "password" in config ? [`${projectName}:password`] : [];
    // A program runs when it is imported, and a module only once.
    vi.resetModules();
    // No test of the program reaches out.
    vi.doMock("../../../packages/management/src/managementReach.ts", () => ({
        reachManagement: () => Promise.resolve(),
    }));
    vi.doMock("../../../packages/pulumi/src/kubernetes/needs/requireKubernetes.ts", () => ({
        requireKubernetes: () => Promise.resolve(),
    }));
    vi.doMock("../../../packages/pulumi/src/kubernetes/server/kubernetesClaim.ts", () => ({
        claimAnnotations: () => Promise.resolve(undefined),
    }));
    pulumi.runtime.setAllConfig(Object.fromEntries(values) as Record<string, string>, secretKeys);
    await import("../../../src/index.ts");
}

/** The resources, as `type name`, that the engine refuses to delete or replace. */
export async function protectedBy(stack: string, config: RawConfig): Promise<readonly string[]> {
    const kept: string[] = [];
    await record(stack, async () => {
        await pulumi.runtime.runInPulumiStack(async () => {
            pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
                if (opts.protect === true) {
                    kept.push(`${type} ${name}`);
                }
                return undefined;
            });
            await runProgram(config);
            return {};
        });
    });
    return kept.sort();
}

/** The mock monitor hands out secrets as envelopes, at any depth. */
function reveal(value: unknown, masking: boolean): unknown {
    if (Array.isArray(value)) {
        return value.map((each) => reveal(each, masking));
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (pulumi.runtime.isRpcSecret(value)) {
        return masking ? mask : reveal(pulumi.runtime.unwrapRpcSecret(value), false);
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reveal(inner, masking)]));
}
