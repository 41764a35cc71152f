/** Where the password of a live broker's user stands: not in the URL, which shells and process lists keep. */
export const passwordVariable = "SPOT_BROKER_PASSWORD";

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
