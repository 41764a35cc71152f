import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { authorityCertificate, newKey } from "./openssl.ts";

/** Bearer tokens by user name. */
export type Tokens = ReadonlyMap<string, string>;

/** The users of a control plane and their groups. */
const controlUsers = {
    admin: "system:masters",
    "system:kube-controller-manager": "",
    "system:kube-scheduler": "",
    "system:kube-proxy": "",
    "kube-router": "system:masters",
};

/** The name by which the API server knows a machine's kubelet. */
export function kubeletUser(machine: string): string {
    return `system:node:${machine}`;
}

/** Writes the keys of a control plane: users' tokens, the key that signs service accounts' tokens, the authority for API servers in pods. */
export async function writeKeys(folder: string, machines: readonly string[]): Promise<Tokens> {
    mkdirSync(folder, { recursive: true });
    const write = (name: string, content: string): void => {
        writeFileSync(path.join(folder, name), content, { mode: 0o600 });
    };
    const users = [
        ...Object.entries(controlUsers),
        ...machines.map((machine): [string, string] => [kubeletUser(machine), "system:nodes"]),
    ];
    const tokens = new Map(users.map(([user]) => [user, randomBytes(24).toString("hex")]));
    write(
        "tokens.csv",
        users.map(([user, group]) => `${tokens.get(user) ?? ""},${user},${user},${group}\n`).join(""),
    );
    const { privateKey, publicKey } = generateKeyPairSync("rsa", {
        modulusLength: 2048,
        publicKeyEncoding: { type: "spki", format: "pem" },
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    write("accounts.key", privateKey);
    write("accounts.pub", publicKey);
    const key = await newKey();
    write("front-proxy.key", key);
    // Signed by itself: authority and client certificate in one.
    write("front-proxy.crt", await authorityCertificate({ key, commonName: "front-proxy", hours: 24 * 365 }));
    write(
        "audit.json",
        JSON.stringify({
            apiVersion: "audit.k8s.io/v1",
            kind: "Policy",
            omitStages: ["RequestReceived"],
            rules: [
                // What machines and controllers do all the time.
                { level: "None", userGroups: ["system:nodes"] },
                { level: "None", users: Object.keys(controlUsers).filter((user) => user !== "admin") },
                { level: "Metadata" },
            ],
        }),
    );
    return tokens;
}
