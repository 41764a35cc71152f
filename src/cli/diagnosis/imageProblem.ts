import type { Problem } from "./cause.ts";

/** The reasons of a waiting container whose image is not there. */
const imageReasons: ReadonlySet<string> = new Set([
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "ErrImageNeverPull",
    "ImageInspectError",
    "RegistryUnavailable",
    "SignatureValidationFailed",
]);

export function isImageReason(reason: string): boolean {
    return imageReasons.has(reason);
}

/** What container runtimes and registries answer, most specific first, and the way out of it. */
const answers: readonly (readonly [RegExp, string, string])[] = [
    [
        /couldn't parse image|InvalidImageName|invalid reference format/i,
        "its name is invalid",
        'correct "servicesImage" or "brokerImage"',
    ],
    [
        /not present with pull policy/,
        "it is not on the node, and its pull policy is Never",
        "bring it to the nodes, or push it to a registry and allow them to pull it",
    ],
    [
        /too ?many ?requests|\b429\b|pull rate limit/i,
        "the registry limits the number of requests",
        'wait, or name an account with a higher limit by "imagePullSecrets"',
    ],
    [
        /no match for platform|no matching manifest|exec format/i,
        "it is not built for the processors of the nodes",
        "build and push it for their architecture (docker buildx build --platform)",
    ],
    [
        /x509|certificate|http: server gave HTTP response to HTTPS client/i,
        "the nodes do not trust the registry's certificate",
        "configure the registry's certificate authority in the container runtime of the nodes",
    ],
    [
        /no such host|dial tcp|i\/o timeout|connection (?:refused|reset)|Client\.Timeout|deadline exceeded|\bEOF\b|TLS handshake timeout|\b50[0-9]\b/i,
        "the nodes cannot reach the registry",
        "check the registry's host name, and the nodes' way to it (DNS, firewall, proxy)",
    ],
    [
        /\b401\b|\b403\b|unauthorized|denied|authentication required|no basic auth|forbidden|insufficient_scope/i,
        "the registry refuses access or has no such image",
        'check the name, and name a Secret with credentials in "imagePullSecrets"',
    ],
    [
        /not found|manifest unknown|name unknown|does not exist|\b404\b/i,
        "the registry has no such image",
        'push it, or correct the name and digest in "servicesImage" or "brokerImage"',
    ],
    [
        /no space left/i,
        "the disk of the node is full",
        "free disk space on the node, or give it a larger disk",
    ],
];

/** @param messages what the kubelet reports of the container, the current message first */
export function imageProblem(image: string, messages: readonly string[]): Problem {
    const failures = messages.filter((each) => !/^Back-off pulling image "[^"]*"$/.test(each));
    for (const message of failures) {
        // The name itself could contain such a word.
        const words = message.replaceAll(image, "");
        const answer = answers.find(([pattern]) => pattern.test(words));
        if (answer !== undefined) {
            const [, problem, wayOut] = answer;
            return { problem: `image "${image}" cannot be pulled: ${problem}`, wayOut };
        }
    }
    const message = failures.find((each) => each.includes(" ")) ?? "";
    return {
        problem: `image "${image}" cannot be pulled${message === "" ? "" : ` (${message})`}`,
        wayOut: "check that the registry has it, and that the nodes reach the registry",
    };
}
