import type { CodeHost } from "./codeHost.ts";
import { gitHub } from "./gitHub.ts";
import { gitLab } from "./gitLab.ts";
import { type RestClientOptions, restClient } from "./restClient.ts";

/** GitHub or GitLab, with a client of its API. */
export function openCodeHost(options: RestClientOptions): CodeHost {
    const client = restClient(options);
    return options.kind === "github" ? gitHub(client) : gitLab(client);
}
