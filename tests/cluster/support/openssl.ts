import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Report, runCommand } from "@spot-messaging/local/images";
import { hasProgram, installPackages } from "../../../packages/local/src/images/host.ts";

/** Makes sure that the program `openssl` is there. */
export async function ensureOpenssl(report: Report): Promise<void> {
    if (!hasProgram("openssl")) {
        await installPackages(["openssl"], report);
    }
}

/**
 * Runs `openssl` in a folder of its own that has the given files.
 * @returns the content of the file `out`
 */
export async function openssl(
    files: Readonly<Record<string, string>>,
    ...programArguments: readonly string[]
): Promise<string> {
    const folder = mkdtempSync(path.join(tmpdir(), "spot-openssl-"));
    try {
        for (const [name, content] of Object.entries(files)) {
            writeFileSync(path.join(folder, name), content, { mode: 0o600 });
        }
        await runCommand({
            program: "env",
            arguments: [`--chdir=${folder}`, "openssl", ...programArguments],
            environment: {},
            wayOut: "read its message",
        });
        return readFileSync(path.join(folder, "out"), "utf8");
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** A new private key on the curve P-256, as PEM. */
export async function newKey(): Promise<string> {
    return await openssl(
        {},
        ...["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "out"],
    );
}

export interface SelfSigned {
    readonly key: string;
    readonly commonName: string;
    readonly hours: number;
}

/** The certificate of a new authority, as PEM. */
export async function authorityCertificate({ key, commonName, hours }: SelfSigned): Promise<string> {
    return await openssl(
        { key },
        ...["req", "-x509", "-new", "-key", "key", "-subj", `/CN=${commonName}`],
        ...["-days", String(days(hours)), "-addext", "basicConstraints=critical,CA:TRUE"],
        // Python's strict verification asks for it.
        ...["-addext", "keyUsage=critical,digitalSignature,keyCertSign,cRLSign", "-out", "out"],
    );
}

/** A server's certificate and key, and the certificate of the authority that signed it, all as PEM. */
export interface ServerCertificate {
    readonly authority: string;
    readonly certificate: string;
    readonly key: string;
}

/** A certificate for one host of a new authority. */
export async function serverCertificate(host: string): Promise<ServerCertificate> {
    const hours = 24 * 30;
    const [authorityKey, key] = [await newKey(), await newKey()];
    const authority = await authorityCertificate({
        key: authorityKey,
        commonName: `${host} authority`,
        hours,
    });
    const certificate = await signedCertificate({
        authority: { key: authorityKey, certificate: authority },
        request: await certificateRequest(key, host, [`DNS:${host}`]),
        hours,
    });
    return { authority, certificate, key };
}

export interface Signed {
    readonly authority: { readonly key: string; readonly certificate: string };
    readonly request: string;
    readonly hours: number;
}

/** A certificate request, as PEM. */
export async function certificateRequest(
    key: string,
    commonName: string,
    hosts: readonly string[] = [],
): Promise<string> {
    return await openssl(
        { key },
        ...["req", "-new", "-key", "key", "-subj", `/CN=${commonName}`, "-out", "out"],
        ...(hosts.length === 0 ? [] : ["-addext", `subjectAltName=${hosts.join(",")}`]),
    );
}

/** Signs a request, with its names. */
export async function signedCertificate({ authority, request, hours }: Signed): Promise<string> {
    return await openssl(
        { "authority.key": authority.key, "authority.crt": authority.certificate, request },
        ...["x509", "-req", "-in", "request", "-CA", "authority.crt", "-CAkey", "authority.key"],
        ...["-CAcreateserial", "-copy_extensions", "copy", "-days", String(days(hours)), "-out", "out"],
    );
}

function days(hours: number): number {
    return Math.max(1, Math.ceil(hours / 24));
}
