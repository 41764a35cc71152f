const maxHops = 3;

/**
 * A fetch for one host that repeats a redirected request unchanged. The standard fetch turns a redirected POST into a GET, whose answer would
 * look like success. It requests nothing from another host, because no other host may get the token. It reads the whole answer, so that a broken
 * connection is a failure of the request.
 * @see https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
 */
export function fetchVerbatim(endpoint: string, timeoutMs: number): typeof fetch {
    const { origin } = new URL(endpoint);
    return async (input, init) => {
        let url = new URL(input instanceof Request ? input.url : input);
        for (let hops = 0; ; hops += 1) {
            if (url.origin !== origin) {
                return refusal(`leads to "${url.origin}"`);
            }
            const response = await fetch(url, {
                ...init,
                redirect: "manual",
                signal: AbortSignal.timeout(timeoutMs),
            });
            const location = response.headers.get("location");
            if (response.status < 300 || response.status >= 400 || location === null) {
                return await whole(response);
            }
            if (hops === maxHops) {
                return refusal("redirects too often");
            }
            url = new URL(location, url);
        }
    };
}

function refusal(message: string): Response {
    return Response.json({ message }, { status: 400 });
}

async function whole(response: Response): Promise<Response> {
    const { status, headers } = response;
    const body = await response.arrayBuffer();
    return new Response(body.byteLength === 0 ? null : body, { status, headers });
}
