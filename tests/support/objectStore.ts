import { fileURLToPath } from "node:url";
import { hasProgram } from "../../packages/local/src/images/host.ts";
import type { Report } from "../../packages/local/src/images/report.ts";
import { ensureGoPrograms, type GoModule } from "./goProgram.ts";

/** An S3-compatible object store. */
export const minio: GoModule<"minio"> = {
    folder: fileURLToPath(new URL("minio", import.meta.url)),
    module: "github.com/minio/minio",
    packages: { minio: "github.com/minio/minio" },
    wayOut: "put minio on PATH",
};

/**
 * The path of MinIO, an S3-compatible object store, or its name on PATH. It is a program of the tests alone: nothing of it is part of a release.
 * The tests start servers of their own with it.
 */
export async function ensureMinio(report: Report): Promise<string> {
    if (hasProgram("minio")) {
        return "minio";
    }
    return (await ensureGoPrograms(minio, report)).minio;
}
