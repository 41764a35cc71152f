/** A format that is neither JSON nor YAML with definitions, and what to give instead. */
export interface OtherFormat {
    /** `a Terraform file (HCL)`. */
    readonly what: string;
    readonly wayOut: string;
}

export const exportWayOut = "give what rabbitmqctl export_definitions or GET /api/definitions returns";

const deploy = "deploy it, then read the broker: --definitions https://user@host:15671, or its export";

interface TextFormat extends OtherFormat {
    readonly found: (text: string) => boolean;
}

/** The share of the lines that have a form, without empty lines and comments. */
function mostLines(text: string, form: RegExp, comment: RegExp): boolean {
    const lines = text
        .split(/\r?\n/, 200)
        .map((each) => each.trim())
        .filter((each) => each !== "" && !comment.test(each));
    return lines.length > 0 && lines.filter((each) => form.test(each)).length >= lines.length * 0.8;
}

/** A line of rabbitmq.conf or of a file of properties. */
const setting = /^[A-Za-z_][\w.$-]*\s*=/;

/** Settings that rabbitmq.conf has. */
const configured =
    /^\s*(?:listeners|management|load_definitions|definitions|default_|cluster_|log|disk_free_limit|vm_memory|total_memory|ssl_options|auth_|mqtt|stomp|stream|prometheus|heartbeat|channel_max|loopback_users|tcp_listen|consumer_timeout|raft|deprecated_features|quorum|queue_|classic_queue|collect_statistics|num_acceptors|web_)[\w.$-]*\s*=/m;

/** Formats of text that are found by their form. The first one that fits is named. */
const textFormats: readonly TextFormat[] = [
    {
        what: "an HTML page",
        wayOut: "if it was downloaded, the URL or the login is wrong; download GET /api/definitions with a user and a password",
        found: (text) => /^\s*(?:<!--[\s\S]*?-->\s*)*<(?:!doctype html|html|head|body)\b/i.test(text),
    },
    {
        what: "an XML file",
        wayOut: exportWayOut,
        found: (text) => /^\s*<(?:\?xml|!--|[A-Za-z][\w:-]*[\s>/])/.test(text),
    },
    {
        what: "a Terraform file (HCL)",
        wayOut: deploy,
        found: (text) =>
            /^\s*(?:resource|data|provider|variable|module|output)\s+"[^"]+"(?:\s+"[^"]+")?\s*\{/m.test(
                text,
            ) || /^\s*(?:terraform|locals)\s*\{/m.test(text),
    },
    {
        what: "a file of Erlang terms, such as advanced.config or enabled_plugins",
        wayOut: exportWayOut,
        found: (text) => {
            const plain = text.replaceAll(/^\s*%.*$/gm, "").trim();
            return /^\[[\s\S]*\]\s*\.$/.test(plain) || /^\[\s*\{\s*[a-z]\w*\s*,/.test(plain);
        },
    },
    {
        what: "a diff",
        wayOut: "apply it, and give the file",
        found: (text) => /^(?:diff --git |--- \S.*\n\+\+\+ )/m.test(text.slice(0, 2000)),
    },
    {
        what: "a PEM file",
        wayOut: exportWayOut,
        found: (text) => /^\s*-----BEGIN /.test(text),
    },
    {
        what: "a Dockerfile",
        wayOut: exportWayOut,
        found: (text) =>
            /^FROM\s+\S+/m.test(text) && /^(?:RUN|COPY|CMD|ENTRYPOINT|ENV|ADD|EXPOSE)\s/m.test(text),
    },
    {
        what: "source code",
        wayOut: "run the program that declares the objects, and read the broker or its export",
        found: (text) =>
            /^(?:#!|import\s[\w{*"']|from\s+[\w.]+\s+import\s|package\s+\w|const\s+\w+\s*=|def\s+\w+\(|using\s+[\w.]+;|public\s+class\s|module\.exports)/m.test(
                text,
            ),
    },
    {
        what: "rabbitmq.conf",
        wayOut: "it may name the definitions: give the file of load_definitions or definitions.local.path",
        found: (text) => mostLines(text, setting, /^[#%;]/) && configured.test(text),
    },
    {
        what: "a file of properties",
        wayOut: exportWayOut,
        found: (text) => mostLines(text, /^[a-z][\w-]*\.[\w.$-]*\s*=/, /^[#!]/),
    },
    {
        what: "a file of environment variables",
        wayOut: exportWayOut,
        found: (text) => mostLines(text, /^(?:export\s+)?[A-Za-z_]\w*=/, /^#/),
    },
    {
        what: "an INI file",
        wayOut: exportWayOut,
        found: (text) =>
            mostLines(text, /^(?:\[[\w .:"-]+\]|[\w.-]+\s*[=:]\s*.*)$/, /^[#;]/) &&
            /^\[[\w .:-]+\]$/m.test(text),
    },
    {
        what: "a table, such as rabbitmqctl list_queues prints",
        wayOut: exportWayOut,
        found: (text) =>
            /^(?:Timeout:|Listing |vhost\t|name\t|user\t)/m.test(text) ||
            mostLines(text, /^[^\t]+(?:\t[^\t]*)+$/, /^#/),
    },
    {
        what: "a Markdown file",
        wayOut: exportWayOut,
        found: (text) => /^\s*#{1,6} \S/.test(text) && !/^[\w"'-]+:(?:\s|$)/m.test(text),
    },
];

/** The format of a text that is neither JSON nor YAML; `undefined` if it is not known. */
export function otherText(text: string): OtherFormat | undefined {
    return textFormats.find(({ found }) => found(text.slice(0, 100_000)));
}

interface Signature extends OtherFormat {
    readonly bytes: readonly number[];
    readonly at?: number;
}

const unpack = "unpack it, and give the file with the definitions";

const signatures: readonly Signature[] = [
    { what: "a ZIP archive", wayOut: unpack, bytes: [0x50, 0x4b, 0x03, 0x04] },
    { what: "a tar archive", wayOut: unpack, bytes: [0x75, 0x73, 0x74, 0x61, 0x72], at: 257 },
    { what: "compressed with zstd", wayOut: unpack, bytes: [0x28, 0xb5, 0x2f, 0xfd] },
    { what: "compressed with xz", wayOut: unpack, bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
    { what: "compressed with bzip2", wayOut: unpack, bytes: [0x42, 0x5a, 0x68] },
    { what: "a 7z archive", wayOut: unpack, bytes: [0x37, 0x7a, 0xbc, 0xaf] },
    { what: "UTF-16 text", wayOut: "save it as UTF-8", bytes: [0xff, 0xfe] },
    { what: "UTF-16 text", wayOut: "save it as UTF-8", bytes: [0xfe, 0xff] },
    { what: "a PDF file", wayOut: exportWayOut, bytes: [0x25, 0x50, 0x44, 0x46] },
    { what: "a PNG image", wayOut: exportWayOut, bytes: [0x89, 0x50, 0x4e, 0x47] },
    { what: "a JPEG image", wayOut: exportWayOut, bytes: [0xff, 0xd8, 0xff] },
    { what: "a program (ELF)", wayOut: exportWayOut, bytes: [0x7f, 0x45, 0x4c, 0x46] },
    { what: "an SQLite database", wayOut: exportWayOut, bytes: [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20] },
    { what: "an Erlang term, such as a file of a node's data folder", wayOut: exportWayOut, bytes: [0x83] },
    { what: "a Mnesia table of a node's data folder", wayOut: exportWayOut, bytes: [0x63, 0x58, 0x4d, 0x4d] },
    {
        what: "encrypted with age",
        wayOut: "decrypt it, and give the result",
        bytes: [0x61, 0x67, 0x65, 0x2d, 0x65, 0x6e, 0x63, 0x72, 0x79],
    },
];

/** The format of bytes that are not text; `undefined` if they may be text. */
export function otherBytes(bytes: Uint8Array): OtherFormat | undefined {
    return (
        signatures.find(({ bytes: wanted, at = 0 }) =>
            wanted.every((each, index) => bytes[at + index] === each),
        ) ??
        (bytes.subarray(0, 1000).includes(0) ? { what: "a binary file", wayOut: exportWayOut } : undefined)
    );
}
