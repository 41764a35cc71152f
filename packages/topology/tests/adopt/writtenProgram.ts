import { stripTypeScriptTypes } from "node:module";
import { posix } from "node:path";
import { type Adoption, type AdoptOptions, adopt } from "../../src/adopt/adoption.ts";
import * as published from "../../src/exports/index.ts";
import { queue, type Topology } from "../../src/model/index.ts";

export const options: AdoptOptions = { name: "shop", stack: "dev", packagesVersion: "1.0.0" };

/** The text of a file of the program; an empty one if there is no such file. */
export function contentOf({ files }: Adoption, path: string): string {
    return files.find((each) => each.path === path)?.content ?? "";
}

/** The topology that a written program has: its modules are run as functions of what they import. */
export function topologyOf(adoption: Adoption): Topology {
    const load = (path: string): unknown => {
        const code = stripTypeScriptTypes(contentOf(adoption, path))
            .replaceAll(/^import (\{[^}]*\}) from ("[^"]*");$/gmu, "const $1 = require($2);")
            .replaceAll(/^export const (\w+)/gmu, "const $1 = exports.$1");
        const exports = {};
        const require = (name: string): unknown =>
            name === "@spot-messaging/topology" ? published : load(posix.join(posix.dirname(path), name));
        // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- the code that the function under test wrote
        new Function("exports", "require", code)(exports, require);
        return exports;
    };
    return (load("topology/index.ts") as { readonly topology: Topology }).topology; // the name that every program exports
}

export function written(topology: Topology): Topology {
    return topologyOf(adopt(topology, options));
}

/** What a broker stores of a topology: services, purposes and protection exist in programs only. */
export function brokerPart(topology: Topology): Topology {
    return {
        ...topology,
        queues: topology.queues.map(({ vhost, name, type, durable, autoDelete, arguments: args }) =>
            queue(vhost, name, type, { durable, autoDelete, arguments: args }),
        ),
        services: [],
        retries: [],
    };
}
