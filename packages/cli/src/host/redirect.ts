const most = 3;

/**
 * A fetch that repeats a redirected request as it was. The standard one turns a moved POST into a GET, whose answer would pass for success.
 * It stays on its own host, which alone may see the token.
 * @see https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
 */
export function fetchVerbatim(limitMs: number): typeof fetch {
    return async (input, init) => {
        let url = new URL(input instanceof Request ? input.url : input);
        for (let hops = 0; ; hops += 1) {
            const response = await fetch(url, {
                ...init,
                redirect: "manual",
                signal: AbortSignal.timeout(limitMs),
            });
            const location = response.headers.get("location");
            if (response.status < 300 || response.status >= 400 || location === null) {
                return response;
            }
            const target = new URL(location, url);
            if (target.origin !== url.origin || hops === most) {
                return Response.json(
                    {
                        message:
                            hops === most ? "redirects without an end" : `redirects to "${target.origin}"`,
                    },
                    { status: 400 },
                );
            }
            url = target;
        }
    };
}
