import { UsageError } from "@spot-messaging/topology";
import type { BrokerAccess } from "../config/topologyConfig.ts";
import { brokerPassword, type CommandIo, passwordVariable } from "../process/commandIo.ts";

/** Whether a text means a live broker rather than a file. */
export function isBrokerUrl(text: string): boolean {
    return /^https?:\/\//i.test(text);
}

/** A broker's URL as it may be shown, and given again: with the user, without a password or what else people write into it. */
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
            `broker "${endpoint}": the URL has a password in it, which others can see; put it into ${passwordVariable}`,
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
            `broker "${endpoint}": there is no password; put that of user "${username}" into ${passwordVariable}`,
        );
    }
    return { endpoint, username, password };
}
