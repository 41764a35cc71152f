import type { NameServer } from "@spot-messaging/pulumi";
import { z } from "zod";
import type { ConfigReader } from "./configReader.ts";
import { isNamespace } from "./kubernetesName.ts";

const usualPort = 53;

const grammar =
    'write a namespace or a range of addresses, with a port if it is not 53, such as "kube-system", "openshift-dns:5353" or "169.254.20.10/32"';

/** The name servers of the pods. */
export function nameServers(reader: ConfigReader, key: string): readonly NameServer[] {
    return reader.list(key, grammar).flatMap((text) => {
        const server = parse(text);
        if (server === undefined) {
            reader.reject(key, `has the entry "${text}"`, grammar);
            return [];
        }
        return [server];
    });
}

function parse(text: string): NameServer | undefined {
    const { where = "", digits } = /^(?<where>.+?)(:(?<digits>\d{1,5}))?$/.exec(text)?.groups ?? {};
    const port = Number(digits ?? usualPort);
    if (port < 1 || port > 65_535) {
        return undefined;
    }
    if (isNamespace(where)) {
        return { namespace: where, port };
    }
    return range.safeParse(where).success ? { range: where, port } : undefined;
}

const range = z.union([z.cidrv4(), z.cidrv6()]);
