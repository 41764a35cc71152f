import { randomBytes } from "node:crypto";
import { packFiles, type Report } from "@spot-messaging/local/images";
import type Docker from "dockerode";
import { runInContainer } from "../../src/cli/runInContainer.ts";
import { startContainer } from "./container.ts";
import type { Place } from "./database.ts";
import { ensureMinioImage } from "./images/minioImage.ts";
import { ensurePostgresImage } from "./images/postgresImage.ts";

/** An S3-compatible object store in a container, on a small disk in memory. */
export interface ObjectStore {
    readonly container: Docker.Container;
    readonly endpoint: string;
    readonly bucket: string;
    readonly accessKey: string;
    readonly secretKey: string;
    /** Fills the disk. */
    readonly fill: () => Promise<void>;
    /** Removes what filled it. */
    readonly empty: () => Promise<void>;
}

/** With it, the store answers with TLS only. */
export interface StoreCertificate {
    readonly certificate: string;
    readonly key: string;
    /** The name in the certificate. */
    readonly host: string;
}

const folder = "/data";
const certificates = "certificates";
const filler = `${folder}/filler`;
const bucket = "spot-mail";
/** Enough for 10,000 small e-mails, and filled in a second. */
const diskSize = "1g";

export async function startObjectStore(
    docker: Docker,
    place: Place,
    report: Report,
    tls?: StoreCertificate,
): Promise<ObjectStore> {
    const image = await ensureMinioImage(docker, report);
    const volume = `${place.name}-disk`;
    await docker.createVolume({
        Name: volume,
        Labels: { ...place.labels },
        Driver: "local",
        DriverOpts: { type: "tmpfs", device: "tmpfs", o: `size=${diskSize}` },
    });
    const volumes = { [folder]: volume };
    // A disk in memory exists while a container uses it: this one outlives every `docker kill` of the store.
    const disk = await startContainer(docker, {
        ...place,
        name: volume,
        alias: "disk",
        image: await ensurePostgresImage(docker, report),
        // The bucket is a folder of the disk.
        command: ["sh", "-c", `mkdir -p ${folder}/${bucket} && exec sleep infinity`],
        volumes,
    });
    const [accessKey, secretKey] = [randomBytes(8).toString("hex"), randomBytes(16).toString("hex")];
    const container = await startContainer(docker, {
        ...place,
        alias: "objects",
        image,
        command: [
            ...["/minio", "server", "--quiet"],
            ...(tls === undefined ? [] : ["--certs-dir", `/${certificates}`]),
            folder,
        ],
        environment: {
            HOME: "/tmp",
            MINIO_ROOT_USER: accessKey,
            MINIO_ROOT_PASSWORD: secretKey,
            MINIO_BROWSER: "off",
        },
        volumes,
        ...(tls !== undefined && {
            files: packFiles([
                { path: `${certificates}/public.crt`, content: Buffer.from(tls.certificate) },
                { path: `${certificates}/private.key`, content: Buffer.from(tls.key) },
            ]),
        }),
    });
    return {
        container,
        endpoint: tls === undefined ? "http://objects:9000" : `https://${tls.host}:9000`,
        bucket,
        accessKey,
        secretKey,
        fill: async () => {
            await runInContainer(disk, ["dd", "if=/dev/zero", `of=${filler}`, "bs=1M"]);
        },
        empty: async () => {
            await runInContainer(disk, ["rm", "-f", filler]);
        },
    };
}
