import { fileURLToPath } from "node:url";
import { hasProgram } from "../../packages/local/src/images/host.ts";
import type { Report } from "../../packages/local/src/images/report.ts";
import { ensureGoProgram } from "./goProgram.ts";

/**
 * The path of MinIO, an S3-compatible object store, or its name on PATH. It is a program of the tests alone: nothing of it is part of a release.
 * The tests start servers of their own with it.
 */
export async function ensureMinio(report: Report): Promise<string> {
    if (hasProgram("minio")) {
        return "minio";
    }
    return await ensureGoProgram(
        {
            name: "minio",
            folder: fileURLToPath(new URL("minio", import.meta.url)),
            package: "github.com/minio/minio",
            module: "github.com/minio/minio",
            variables: () => [],
            wayOut: "put minio on PATH",
        },
        report,
    );
}
