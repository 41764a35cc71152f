import type { Deployment } from "../environment/deployment.ts";
import type { GatewayAccess, GatewayClient } from "../environment/state.ts";
import type { ConfigReader } from "./configReader.ts";
import { generationFrom } from "./credentials.ts";

const label = "[a-z0-9]([a-z0-9-]*[a-z0-9])?";
const hostName = new RegExp(`^${label}(\\.${label})*$`);

/** Who may use the gateway's HTTP interface, and under which names it is reached. */
export function gatewayAccessOf(reader: ConfigReader, deployment: Deployment): GatewayAccess {
    const clients = reader.optionalList("gatewayClients").flatMap((text) => clientFrom(reader, text));
    for (const name of new Set(clients.map((each) => each.name))) {
        if (clients.filter((each) => each.name === name).length > 1) {
            reader.reject("gatewayClients", `names "${name}" more than once`, "name each once");
        }
    }
    if (deployment.kind === "kubernetes" && clients.length === 0 && reader.areValid("gatewayClients")) {
        reader.reject(
            "gatewayClients",
            "is empty",
            'name who may submit e-mails, such as "mail-relay": on Kubernetes the gateway requires a bearer token',
        );
    }
    const hosts = reader.optionalList("gatewayHosts");
    for (const host of hosts.filter((each) => !hostName.test(each))) {
        reader.reject(
            "gatewayHosts",
            `has the host "${host}"`,
            'write lower-case host names without port, such as "spot.example.com"',
        );
    }
    const origins = reader.optionalList("gatewayOrigins");
    for (const origin of origins.filter((each) => !isOrigin(each))) {
        reader.reject(
            "gatewayOrigins",
            `has the origin "${origin}"`,
            'write scheme, host and port as a browser sends them, such as "https://spot.example.com"',
        );
    }
    return { clients, hosts, origins };
}

function clientFrom(reader: ConfigReader, text: string): readonly GatewayClient[] {
    const { name, digits } = /^(?<name>[A-Za-z0-9][\w.-]{0,62})(=(?<digits>\d+))?$/.exec(text)?.groups ?? {};
    const generation = digits === undefined ? undefined : generationFrom(digits);
    if (name === undefined || (digits !== undefined && generation === undefined)) {
        reader.reject(
            "gatewayClients",
            `has the entry "${text}"`,
            'write a name of letters, digits, "_", "-" and ".", or such a name and the generation of its token, such as "mail-relay=2"',
        );
        return [];
    }
    return [{ name, ...(generation !== undefined && { generation }) }];
}

function isOrigin(text: string): boolean {
    return URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text;
}
