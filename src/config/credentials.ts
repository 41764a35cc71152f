import type { Credentials } from "../model/index.js";
import type { ConfigReader } from "./configReader.js";
import { pairs } from "./pairs.js";

const mostGenerations = 10_000;

export function credentialsOf(reader: ConfigReader): Credentials {
    return {
        generation: reader.integer("credentialsGeneration", 1, mostGenerations),
        services: pairs(reader, "serviceCredentials", "gateway=2", (value) => {
            const generation = Number(value);
            return Number.isInteger(generation) && generation >= 1 && generation <= mostGenerations
                ? generation
                : undefined;
        }),
        keepPrevious: reader.flag("keepPreviousCredentials"),
    };
}
