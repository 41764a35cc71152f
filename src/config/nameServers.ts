import type { NameServer } from "@spot-messaging/pulumi";
import type { ConfigReader } from "./configReader.ts";
import { networkPeers, peerGrammar } from "./networkPeers.ts";

const usualPort = 53;

const examples = '"kube-system", "openshift-dns:5353" or "169.254.20.10/32"';

/** The name servers of the pods; at least one. */
export function nameServers(reader: ConfigReader, key: string): readonly NameServer[] {
    const before = reader.problems.length;
    const servers = networkPeers(reader, key, usualPort, examples);
    if (servers.length === 0 && reader.problems.length === before) {
        reader.reject(key, "is empty", peerGrammar(usualPort, examples));
    }
    return servers;
}
