/** Where a link connects to. */
export interface BrokerAddress {
    /** The URI, with passwords replaced. With several URIs the first one: the link tries the others if it fails. */
    readonly text: string;
    /** Whether it is this broker. Another name of this broker cannot be recognised, so it counts as another one. */
    readonly isHere: boolean;
    /** The virtual host that the URI names. @default - it names none */
    readonly vhost?: string;
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/** The address in the URIs of a link. @param uri one text or a list of texts; others are refused by the broker */
export function brokerAddress(uri: unknown): BrokerAddress {
    const first: unknown = Array.isArray(uri) ? uri[0] : uri;
    const text = typeof first === "string" ? first : "";
    const { rest = "" } = /^amqps?:(?<rest>[^]*)$/i.exec(text)?.groups ?? {};
    const isDirect = !rest.startsWith("//");
    const [authority = ""] = isDirect ? [""] : rest.slice(2).split(/[/?#]/, 1);
    const host = authority.slice(authority.lastIndexOf("@") + 1).replace(/:\d*$/, "");
    const [path = ""] = (isDirect ? rest : rest.slice(2 + authority.length)).split(/[?#]/, 1);
    return {
        text,
        isHere: /^amqps?:/i.test(text) && (host === "" || loopback.test(host)),
        ...(path.startsWith("/") && { vhost: unescaped(path.slice(1)) }),
    };
}

/** A part of a URI or of an AMQP 1.0 address. */
export function unescaped(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}
