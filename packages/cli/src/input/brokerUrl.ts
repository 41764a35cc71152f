import { UsageError } from "@spot-messaging/topology";
import type { BrokerAccess } from "../config/topologyConfig.ts";
import { brokerPassword, type CommandIo, passwordVariable } from "../process/commandIo.ts";

/** Whether a text is the URL of a live broker, not a file. */
export function isBrokerUrl(text: string): boolean {
    return /^https?:\/\//i.test(text);
}

/** A broker's URL for messages and for later commands: with the user, without a password, query or fragment. */
export function shownBrokerUrl(location: string): string {
    if (!URL.canParse(location)) {
        return "the broker";
    }
    const { protocol, username, host, pathname } = new URL(location);
    return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname === "/" ? "" : pathname}`;
}

/**
 * How to reach the broker that a URL names.
 * @throws UsageError
 */
export function parseBrokerUrl(location: string, env: CommandIo["env"]): BrokerAccess {
    const url = URL.canParse(location) ? new URL(location) : undefined;
    if (url === undefined || !isBrokerUrl(location)) {
        throw new UsageError(
            "the URL of the broker cannot be read; write it as https://user@broker.example.com:15671",
        );
    }
    const endpoint = `${url.origin}${url.pathname.replace(/\/(api\/?)?$/, "")}`;
    if (url.password !== "") {
        throw new UsageError(
            `broker "${endpoint}": the URL contains a password, which other users of this machine can see; put it into ${passwordVariable}`,
        );
    }
    if (url.username === "") {
        throw new UsageError(
            `broker "${endpoint}": the URL names no user; write ${url.protocol}//user@${url.host}`,
        );
    }
    const username = decodeURIComponent(url.username);
    const password = brokerPassword({ env });
    if (password === undefined) {
        throw new UsageError(
            `broker "${endpoint}": the password is missing; put the password of user "${username}" into ${passwordVariable}`,
        );
    }
    return { endpoint, username, password };
}
