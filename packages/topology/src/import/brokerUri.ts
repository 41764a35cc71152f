import type { FieldFault, ParameterField } from "./parameterTable.ts";

/** Where a broker is: one URI, or several. The message never shows it, since it may have a password. */
export const brokerUris: ParameterField = {
    isMandatory: true,
    fault: (value) => faultOf(uriFault(value)),
};

/** The same of a shovel, which cannot read a list inside of the list. */
export const shovelUris: ParameterField = {
    isMandatory: true,
    fault: (value) =>
        faultOf(Array.isArray(value) && value.some(Array.isArray) ? "it is a list" : uriFault(value)),
};

function faultOf(wrong: string | undefined): FieldFault | undefined {
    return wrong === undefined
        ? undefined
        : {
              message: `is not a URI of a broker: ${wrong}`,
              fix: 'give one such as "amqp://user:password@host/vhost"',
          };
}

function uriFault(value: unknown): string | undefined {
    return typeof value === "string"
        ? textFault(value)
        : Array.isArray(value)
          ? value.map(uriFault).find((each) => each !== undefined)
          : "it is not a text";
}

/**
 * What is wrong with a URI, as the broker's own parser finds it.
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/amqp_client/src/amqp_uri.erl
 */
function textFault(uri: string): string | undefined {
    const { scheme, rest } = /^(?<scheme>[^:]*):(?<rest>[^]*)$/.exec(uri)?.groups ?? {};
    if (scheme === undefined || rest === undefined) {
        return "it has no scheme";
    }
    if (!/^amqps?$/i.test(scheme)) {
        return "its scheme is neither amqp nor amqps";
    }
    const isDirect = !rest.startsWith("//");
    const [authority = ""] = isDirect ? [""] : rest.slice(2).split(/[/?#]/, 1);
    const pathAndQuery = isDirect ? rest : rest.slice(2 + authority.length);
    const [withoutFragment = ""] = pathAndQuery.split("#", 1);
    const [path = ""] = withoutFragment.split("?", 1);
    const at = authority.indexOf("@");
    const userInfo = at === -1 ? "" : authority.slice(0, at);
    const hostAndPort = authority.slice(at + 1);
    return (
        hostFault(hostAndPort) ??
        (path !== "" && !path.startsWith("/") ? "its path does not begin with a slash" : undefined) ??
        (path.slice(1).includes("/") ? "its path has more than the name of a virtual host" : undefined) ??
        [path, userInfo, hostAndPort].map(escapeFault).find((each) => each !== undefined) ??
        (/^amqps$/i.test(scheme) && hostAndPort === "" ? "it has no host" : undefined) ??
        queryFault(withoutFragment.slice(path.length + 1))
    );
}

function hostFault(hostAndPort: string): string | undefined {
    const { host, port } = /^(?<host>\[[^\]]*\]?|[^:]*)(?::(?<port>[^]*))?$/.exec(hostAndPort)?.groups ?? {};
    if (host === undefined) {
        return "its port is not a number";
    }
    if (port === undefined) {
        return undefined;
    }
    const number = /^[+-]?\d+$/.test(port) ? Number(port) : Number.NaN;
    return Number.isNaN(number)
        ? "its port is not a number"
        : number <= 0 || number > 65_535
          ? "its port is not from 1 to 65535"
          : host === ""
            ? "it has a port and no host"
            : undefined;
}

function escapeFault(part: string): string | undefined {
    return /%(?![\da-f]{2})/i.test(part)
        ? "a percent sign is not followed by two hexadecimal digits"
        : undefined;
}

const integerKeys = new Set(["channel_max", "frame_max", "heartbeat", "connection_timeout", "depth"]);
/** Fields of a connection that a query cannot set. */
const otherKeys = new Set([
    "username",
    "virtual_host",
    "host",
    "port",
    "client_properties",
    "socket_options",
    "auth_mechanisms",
    "ssl_options",
]);

function queryFault(query: string): string | undefined {
    for (const each of query.split("&")) {
        const [key = "", value] = each.split("=", 2);
        if (value !== undefined && integerKeys.has(key) && !/^[+-]?\d+$/.test(value)) {
            return `"${key}" in its query is not an integer`;
        }
        if (value !== undefined && otherKeys.has(key)) {
            return `"${key}" cannot be set in its query`;
        }
    }
    return undefined;
}
