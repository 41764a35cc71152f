import { type Credentials } from "../environment/credentials.ts";
import { serviceNames } from "../environment/deployment.ts";
import type { ConfigReader } from "./configReader.ts";
import { isKnownName } from "./knownName.ts";
import { pairs } from "./pairs.ts";

const mostGenerations = 10_000;

export function credentialsOf(reader: ConfigReader, analyzers: readonly string[]): Credentials {
    const key = "serviceCredentials";
    const services = pairs(reader, key, "gateway=2", generationFrom);
    for (const name of Object.keys(services)) {
        isKnownName(reader, key, name, serviceNames(analyzers), "service");
    }
    return {
        generation: reader.integer("credentialsGeneration", 1, mostGenerations),
        services,
        keepPrevious: reader.flag("keepPreviousCredentials"),
    };
}

/** The generation that a text names; `undefined` if it names none. */
export function generationFrom(text: string): number | undefined {
    const generation = Number(text);
    return Number.isInteger(generation) && generation >= 1 && generation <= mostGenerations
        ? generation
        : undefined;
}
