/** After how many milliseconds a person wants to know what takes so long. */
const slowMs = 2_000;

/** Waits for a promise; if it takes long, prints once what is waited for. */
export async function withSlowNotice<T>(
    wait: Promise<T>,
    print: (text: string) => void,
    what: string,
): Promise<T> {
    const timer = setTimeout(() => {
        print(`${what} ...\n`);
    }, slowMs);
    try {
        return await wait;
    } finally {
        clearTimeout(timer);
    }
}
