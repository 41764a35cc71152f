import type { InVhost, Topology } from "../../model/index.ts";

/** The name that a reader sees: the virtual host stands before it only where there are several. */
export function nameIn({ vhosts }: Pick<Topology, "vhosts">, { vhost, name }: InVhost): string {
    return vhosts.length > 1 ? `${vhost}/${name}` : name;
}
