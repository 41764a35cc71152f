import { request } from "node:https";
import { json } from "node:stream/consumers";
import {
    type Definitions,
    type ExportedDefinitions,
    fromExport,
} from "../../../packages/topology/src/definitions/definitions.ts";
import type { Access } from "../../../src/cli/access.ts";

/** A broker behind TLS, as its administrator reaches it. */
export interface ManagedBroker extends Pick<Access, "managementEndpoint" | "administrator"> {
    /** The certificate of the authority that the broker's is from, as PEM. */
    readonly authority: string;
}

/** What a broker behind TLS holds of virtual host "spot", as its administrator sees it. */
export async function brokerContent({
    managementEndpoint,
    administrator: { username, password },
    authority,
}: ManagedBroker): Promise<Definitions> {
    const exported = await new Promise<ExportedDefinitions>((resolve, reject) => {
        const options = { ca: authority, auth: `${username}:${password}` };
        request(new URL("/api/definitions", managementEndpoint), options, (response) => {
            json(response).then((answer) => {
                resolve(answer as ExportedDefinitions); // the documented shape
            }, reject);
        })
            .once("error", reject)
            .end();
    });
    return fromExport(exported, "spot", [username]);
}
