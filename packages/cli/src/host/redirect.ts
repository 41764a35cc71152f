const maxHops = 3;

/**
 * A fetch that repeats a redirected request unchanged. The standard fetch turns a redirected POST into a GET, whose answer would look like
 * success. It follows redirects only on the same host, because no other host may get the token.
 * @see https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
 */
export function fetchVerbatim(timeoutMs: number): typeof fetch {
    return async (input, init) => {
        let url = new URL(input instanceof Request ? input.url : input);
        for (let hops = 0; ; hops += 1) {
            const response = await fetch(url, {
                ...init,
                redirect: "manual",
                signal: AbortSignal.timeout(timeoutMs),
            });
            const location = response.headers.get("location");
            if (response.status < 300 || response.status >= 400 || location === null) {
                return response;
            }
            const target = new URL(location, url);
            if (target.origin !== url.origin || hops === maxHops) {
                return Response.json(
                    {
                        message: hops === maxHops ? "redirects too often" : `redirects to "${target.origin}"`,
                    },
                    { status: 400 },
                );
            }
            url = target;
        }
    };
}
