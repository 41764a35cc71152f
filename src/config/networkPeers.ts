import { z } from "zod";
import type { NetworkPeer } from "../environment/state.ts";
import type { ConfigReader } from "./configReader.ts";
import { isNamespace } from "./kubernetesName.ts";

/** What an entry must look like, for messages. */
export function peerGrammar(usualPort: number, examples: string): string {
    return `write a namespace or a range of addresses, with a port if it is not ${usualPort}, such as ${examples}`;
}

/** Pods or addresses that a network policy allows, with their port; possibly none. */
export function networkPeers(
    reader: ConfigReader,
    key: string,
    usualPort: number,
    examples: string,
): readonly NetworkPeer[] {
    return reader.optionalList(key).flatMap((text) => {
        const peer = parse(text, usualPort);
        if (peer === undefined) {
            reader.reject(key, `has the entry "${text}"`, peerGrammar(usualPort, examples));
            return [];
        }
        return [peer];
    });
}

function parse(text: string, usualPort: number): NetworkPeer | undefined {
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
