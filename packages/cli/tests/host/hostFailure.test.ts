import { describe, expect, it } from "vitest";
import { hostFailure } from "../../src/host/hostFailure.ts";

describe("the failure of a connection", () => {
    const authority = "put the certificate of its authority into the file that NODE_EXTRA_CA_CERTS names";
    it.each([
        ["self-signed certificate in certificate chain", authority],
        ["unable to get local issuer certificate", authority],
        ["unable to verify the first certificate", authority],
        ["certificate has expired", "check its URL and the network"],
        ["getaddrinfo ENOTFOUND git.example", "check its URL and the network"],
    ])("names the way out: %s", (message, wayOut) => {
        const endpoint = "https://git.example/api/v4";
        const failure = hostFailure({ status: 500, message }, { kind: "gitlab", endpoint, what: "a note" });
        expect(failure.message).toBe(`code host "${endpoint}" cannot be reached (${message}); ${wayOut}`);
    });
});
