import type { InVhost, Topology } from "../../model/index.ts";

/** Services name exchanges and queues without their virtual host: they live in the topology's first. */
export function homeVhost({ vhosts }: Pick<Topology, "vhosts">): string {
    return vhosts[0]?.name ?? "";
}

/** The name that a reader sees: the virtual host stands before it only where there are several. */
export function nameIn({ vhosts }: Pick<Topology, "vhosts">, { vhost, name }: InVhost): string {
    return vhosts.length > 1 ? `${vhost}/${name}` : name;
}
