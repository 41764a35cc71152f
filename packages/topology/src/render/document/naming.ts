import type { InVhost, Topology } from "../../model/index.ts";

/** The displayed name, with its virtual host if there are several. */
export function nameIn({ vhosts }: Pick<Topology, "vhosts">, { vhost, name }: InVhost): string {
    return vhosts.length > 1 ? `${vhost}/${name}` : name;
}
