import type { InVhost, Topology } from "../../model/index.ts";

/** The displayed name, with its virtual host if there are several. A slash in the name of a virtual host is written as in URLs. */
export function nameIn({ vhosts }: Pick<Topology, "vhosts">, { vhost, name }: InVhost): string {
    const place = vhost.length > 1 ? vhost.replaceAll("/", "%2F") : vhost;
    return vhosts.length > 1 ? `${place}/${name}` : name;
}
