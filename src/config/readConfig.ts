import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment.ts";
import { namespace, type RawConfig } from "./configReader.ts";
import { parseEnvironment } from "./parseEnvironment.ts";

/**
 * The environment of the stack that the engine runs: the only reader of Pulumi's configuration.
 * @throws ConfigError with every problem at once
 */
export function readEnvironment(): Environment {
    return parseEnvironment(pulumi.getStack(), rawConfig());
}

/** Which Kubernetes cluster is meant, as the engine's Kubernetes provider is told. */
export function readKubernetesAccess(): Readonly<Record<"kubeconfig" | "context", string | undefined>> {
    const values = pulumi.runtime.allConfig();
    return { kubeconfig: values["kubernetes:kubeconfig"], context: values["kubernetes:context"] };
}

/** An external broker's administrator password. */
export function readPassword(): pulumi.Output<string> {
    return new pulumi.Config(namespace).requireSecret("password");
}

/** All keys, the unknown ones included, so that a misspelt one is not silently ignored. */
function rawConfig(): RawConfig {
    const prefix = `${namespace}:`;
    return Object.fromEntries(
        Object.entries(pulumi.runtime.allConfig())
            .filter(([key]) => key.startsWith(prefix))
            .map(([key, value]) => [key.slice(prefix.length), value]),
    );
}
